package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.FixedRows;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import java.util.function.Function;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rows that tell of other streams, which are run to their ends when the first row is asked for. A
 * cancel reaches the stream that runs then.
 */
final class ObservedRuns implements BatchStream {
  private final Schema schema;
  private final Function<ObservedRuns, FixedRows> work;
  private @Nullable FixedRows rows;

  /** Guarded by this. */
  private @Nullable BatchStream running;

  /** Guarded by this. */
  private boolean cancelled;

  /**
   * @param work makes the rows; it opens each stream that it runs with {@link #watch}
   */
  ObservedRuns(Schema schema, Function<ObservedRuns, FixedRows> work) {
    this.schema = schema;
    this.work = work;
  }

  /** Lets a cancel reach a stream, which stays the caller's. */
  BatchStream watch(BatchStream stream) {
    boolean late;
    synchronized (this) {
      running = stream;
      late = cancelled;
    }
    if (late) {
      stream.cancel();
    }
    return stream;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public VectorSchemaRoot root() {
    return rows().root();
  }

  @Override
  public boolean next() {
    return rows().next();
  }

  private FixedRows rows() {
    if (rows == null) {
      synchronized (this) {
        if (cancelled) {
          throw new DuckherderException(
              StandardErrorCode.QUERY_CANCELLED, "The query was cancelled");
        }
      }
      rows = work.apply(this);
    }
    return rows;
  }

  @Override
  public void cancel() {
    BatchStream stream;
    synchronized (this) {
      cancelled = true;
      stream = running;
    }
    if (stream != null) {
      stream.cancel();
    }
  }

  @Override
  public void close() {
    if (rows != null) {
      rows.close();
    }
  }
}

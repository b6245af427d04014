package io.duckherder.cluster.schedule;

import io.duckherder.cluster.gather.RowReader;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The answer of a query whose tasks a {@link QueryRun} runs. */
final class QueryStream implements BatchStream {
  private final QueryRun run;
  private final VectorSchemaRoot root;
  private final RowReader reader;

  QueryStream(QueryRun run, ResultDelivery delivery, Schema schema, BufferAllocator allocator) {
    this.run = run;
    this.root = VectorSchemaRoot.create(schema, allocator);
    this.reader = delivery.reader(root, run::advanced);
  }

  @Override
  public Schema schema() {
    return root.getSchema();
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    try {
      if (reader.next()) {
        return true;
      }
    } catch (InterruptedException e) {
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
    }
    run.answered();
    return false;
  }

  @Override
  public void cancel() {
    run.cancel();
  }

  /** Stops what still runs, waits for it to be gone, and releases its memory. */
  @Override
  public void close() {
    try (root) {
      run.cancel();
      run.awaitEnd();
      reader.close();
    } finally {
      run.close();
    }
  }
}

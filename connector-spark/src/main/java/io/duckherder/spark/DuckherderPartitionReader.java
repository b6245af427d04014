package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.spark.metric.BatchesReceived;
import io.duckherder.spark.metric.BytesReceived;
import io.duckherder.spark.metric.Retries;
import io.duckherder.spark.metric.RowsReceived;
import io.duckherder.spark.metric.TaskMetric;
import io.duckherder.spark.metric.TimeInDuckDB;
import io.duckherder.spark.metric.TimeWaiting;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.spark.vector.ArrowBatch;
import io.duckherder.wire.BatchStream;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one partition. It owns its stream, which it closes when Spark closes it or the
 * task ends, whichever is first; {@link #cancel} may come from any thread.
 */
final class DuckherderPartitionReader
    implements PartitionReader<ColumnarBatch>, TaskWatch.CancellableReader {
  private final ReadSource source;
  private final BatchStream stream;
  private final StructType columns;
  private @Nullable ArrowBatch batch;
  private @Nullable ColumnarBatch current;
  private boolean closed;
  private long rows;
  private long bytes;
  private long batches;
  private long waited;

  DuckherderPartitionReader(ReadSource source, BatchStream stream, StructType columns) {
    this.source = source;
    this.stream = stream;
    this.columns = columns;
  }

  @Override
  public boolean next() {
    while (!closed && advance()) {
      VectorSchemaRoot root = stream.root();
      if (root.getRowCount() > 0) {
        count(root);
        current = show(root);
        return true;
      }
    }
    current = null;
    return false;
  }

  private boolean advance() {
    long began = System.nanoTime();
    try {
      return stream.next();
    } catch (DuckherderException e) {
      throw source.explain(e);
    } finally {
      waited += System.nanoTime() - began;
    }
  }

  private ColumnarBatch show(VectorSchemaRoot root) {
    if (batch == null) {
      batch = new ArrowBatch(columns, root.getSchema());
    }
    return batch.bind(root);
  }

  private void count(VectorSchemaRoot root) {
    rows += root.getRowCount();
    batches++;
    for (FieldVector vector : root.getFieldVectors()) {
      bytes += vector.getBufferSize();
    }
  }

  @Override
  public ColumnarBatch get() {
    if (current == null) {
      throw new IllegalStateException("There is no batch before next() and after the last");
    }
    return current;
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return new CustomTaskMetric[] {
      new TaskMetric(RowsReceived.NAME, rows),
      new TaskMetric(BytesReceived.NAME, bytes),
      new TaskMetric(BatchesReceived.NAME, batches),
      new TaskMetric(TimeWaiting.NAME, TimeUnit.NANOSECONDS.toMillis(waited)),
      new TaskMetric(TimeInDuckDB.NAME, TimeUnit.NANOSECONDS.toMillis(stream.workNanos())),
      new TaskMetric(Retries.NAME, stream.retries())
    };
  }

  /** Stops the query; a {@link #next} under way fails. */
  @Override
  public void cancel() {
    stream.cancel();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      stream.close();
    }
  }
}

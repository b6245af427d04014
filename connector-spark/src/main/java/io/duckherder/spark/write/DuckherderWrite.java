package io.duckherder.spark.write;

import io.duckherder.spark.metric.BytesWritten;
import io.duckherder.spark.metric.RowsWritten;
import io.duckherder.spark.metric.SnapshotMade;
import io.duckherder.wire.write.CommitStep;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;
import org.apache.spark.sql.types.StructType;

/** A write of rows that replaces some, all or none of those that are there. Driver-only. */
final class DuckherderWrite implements Write {
  private final WriteJob job;
  private final String what;
  private final BatchWrite batch;
  private final Optional<Supplier<StreamingWrite>> streaming;

  DuckherderWrite(WriteJob job, String what, StructType rows, Optional<List<CommitStep>> steps) {
    this(job, what, rows, steps, Optional.empty());
  }

  /**
   * A write that a stream can also do, epoch by epoch.
   *
   * @param streaming gives it as a stream's
   */
  DuckherderWrite(
      WriteJob job,
      String what,
      StructType rows,
      List<CommitStep> steps,
      Supplier<StreamingWrite> streaming) {
    this(job, what, rows, Optional.of(steps), Optional.of(streaming));
  }

  private DuckherderWrite(
      WriteJob job,
      String what,
      StructType rows,
      Optional<List<CommitStep>> steps,
      Optional<Supplier<StreamingWrite>> streaming) {
    this.streaming = streaming;
    this.job = job;
    this.what = what;
    this.batch = new DuckherderBatchWrite(job, rows, steps);
  }

  @Override
  public String description() {
    return "duckherder %s %s of %s"
        .formatted(what, job.target().sql(), job.target().source().description());
  }

  @Override
  public BatchWrite toBatch() {
    return batch;
  }

  @Override
  public StreamingWrite toStreaming() {
    return streaming.orElseThrow().get();
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return new CustomMetric[] {new RowsWritten(), new BytesWritten(), new SnapshotMade()};
  }

  @Override
  public CustomTaskMetric[] reportDriverMetrics() {
    return job.metrics();
  }
}

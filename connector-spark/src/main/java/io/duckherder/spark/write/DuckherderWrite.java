package io.duckherder.spark.write;

import io.duckherder.spark.metric.BytesWritten;
import io.duckherder.spark.metric.RowsWritten;
import io.duckherder.spark.metric.SnapshotMade;
import io.duckherder.wire.write.CommitStep;
import java.util.List;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.types.StructType;

/** A write of rows that replaces some, all or none of those that are there. Driver-only. */
final class DuckherderWrite implements Write {
  private final WriteTarget target;
  private final String what;
  private final DuckherderBatchWrite batch;

  DuckherderWrite(WriteTarget target, String what, StructType rows, List<CommitStep> steps) {
    this.target = target;
    this.what = what;
    this.batch = new DuckherderBatchWrite(target, rows, steps);
  }

  @Override
  public String description() {
    return "duckherder %s %s of %s".formatted(what, target.sql(), target.source().description());
  }

  @Override
  public BatchWrite toBatch() {
    return batch;
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return new CustomMetric[] {new RowsWritten(), new BytesWritten(), new SnapshotMade()};
  }

  @Override
  public CustomTaskMetric[] reportDriverMetrics() {
    return batch.driverMetrics();
  }
}

package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.spark.metric.BatchesReceived;
import io.duckherder.spark.metric.BytesReceived;
import io.duckherder.spark.metric.PartitionsSkipped;
import io.duckherder.spark.metric.Retries;
import io.duckherder.spark.metric.RowsReceived;
import io.duckherder.spark.metric.TaskMetric;
import io.duckherder.spark.metric.TimeWaiting;
import io.duckherder.spark.pushdown.PushedRead;
import io.duckherder.spark.source.PlannedRead;
import io.duckherder.spark.statistics.ScanStatistics;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The read of some columns and rows of one snapshot. It is planned once, at the first need, so that
 * all its tasks, and all retries of them, read the same snapshot. Driver-only.
 */
final class DuckherderScan implements Scan, Batch, SupportsReportStatistics {
  private final DuckherderRead read;
  private final StructType columns;
  private final PushedRead pushed;
  private @Nullable PlannedRead planned;

  DuckherderScan(DuckherderRead read, StructType columns, PushedRead pushed) {
    this.read = read;
    this.columns = columns;
    this.pushed = pushed;
  }

  @Override
  public StructType readSchema() {
    return columns;
  }

  @Override
  public String description() {
    return "duckherder "
        + read.description()
        + read.relation().query().map(sql -> ", rows of " + sql).orElse("")
        + ", "
        + pushed.description()
        + planned()
            .summary()
            .wholeBecause()
            .map(why -> ", in one partition because " + why)
            .orElse("");
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    return planned().partitions().toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new DuckherderPartitionReaderFactory(read.source(), columns);
  }

  @Override
  public Statistics estimateStatistics() {
    return ScanStatistics.of(planned(), columns, pushed, SQLConf.get().adaptiveExecutionEnabled());
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return new CustomMetric[] {
      new RowsReceived(),
      new BytesReceived(),
      new BatchesReceived(),
      new TimeWaiting(),
      new Retries(),
      new PartitionsSkipped()
    };
  }

  /** What the plan knows; Spark asks once the read is planned. */
  @Override
  public CustomTaskMetric[] reportDriverMetrics() {
    return new CustomTaskMetric[] {
      new TaskMetric(PartitionsSkipped.NAME, planned().summary().pruning().partitions())
    };
  }

  /** Scans that read the same are one to Spark, which then reads once for several uses. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DuckherderScan that
        && read.equals(that.read)
        && columns.equals(that.columns)
        && pushed.equals(that.pushed);
  }

  @Override
  public int hashCode() {
    return Objects.hash(read, columns, pushed);
  }

  private synchronized PlannedRead planned() {
    if (planned == null) {
      PlannedRead plan = read.plan(pushed);
      requireSameColumns(plan.columns());
      planned = plan;
    }
    return planned;
  }

  private void requireSameColumns(List<ResultColumn> found) {
    for (int i = 0; i < columns.size(); i++) {
      String expected = DuckherderSchema.duckdbType(columns.apply(i));
      if (i >= found.size() || !found.get(i).type().equals(expected)) {
        throw new DuckherderException(
            StandardErrorCode.FILE_CHANGED,
            "Cannot read column \"%s\" as %s: the table has changed since it was loaded; load it again"
                .formatted(columns.apply(i).name(), expected));
      }
    }
  }
}

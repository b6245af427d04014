package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ReadSummary;
import io.duckherder.plan.ResultColumn;
import io.duckherder.spark.expression.ColumnName;
import io.duckherder.spark.expression.ExpressionTranslator;
import io.duckherder.spark.metric.BatchesReceived;
import io.duckherder.spark.metric.BytesReceived;
import io.duckherder.spark.metric.PartitionsSkipped;
import io.duckherder.spark.metric.Retries;
import io.duckherder.spark.metric.RowGroupsScanned;
import io.duckherder.spark.metric.RowGroupsSkipped;
import io.duckherder.spark.metric.RowsReceived;
import io.duckherder.spark.metric.TaskMetric;
import io.duckherder.spark.metric.TimeInDuckDB;
import io.duckherder.spark.metric.TimeWaiting;
import io.duckherder.spark.option.Pushdown;
import io.duckherder.spark.option.StreamOptions;
import io.duckherder.spark.pushdown.PushedRead;
import io.duckherder.spark.pushdown.RuntimeCondition;
import io.duckherder.spark.source.PlannedRead;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.spark.statistics.ScanStatistics;
import io.duckherder.spark.stream.DuckherderMicroBatchStream;
import io.duckherder.spark.stream.StartFile;
import io.duckherder.spark.stream.VersionedTable;
import io.duckherder.spark.write.WriteTarget;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.connector.read.SupportsRuntimeV2Filtering;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The read of some columns and rows of one snapshot. It is planned once, at the first need, so that
 * all its tasks, and all retries of them, read the same snapshot; and once more for each runtime
 * filter. Driver-only.
 *
 * <p>Spark may use one scan in several places of a plan, of which each has its own runtime filters,
 * or none. It sets a filter and asks for the batch right after, so a filter is for the next batch
 * that the same thread asks for, and for no other.
 */
final class DuckherderScan implements Scan, SupportsReportStatistics, SupportsRuntimeV2Filtering {
  /** All tickets of a read together hold no more characters of a runtime filter. */
  private static final int MOST_CHARACTERS = 32 << 20;

  private static final int LONGEST_RUNTIME_FILTER = 256 << 10;

  private final DuckherderRead read;
  private final StructType columns;
  private final PushedRead pushed;
  private final ExpressionTranslator expressions;
  private final Optional<Supplier<WriteTarget>> table;
  private final ThreadLocal<String> runtimeFilter = new ThreadLocal<>();
  private final ThreadLocal<PlannedRead> filtered = new ThreadLocal<>();
  private @Nullable PlannedRead planned;

  /**
   * A scan.
   *
   * @param expressions translates expressions over the relation
   * @param table finds out what a stream reads, if one can
   */
  DuckherderScan(
      DuckherderRead read,
      StructType columns,
      PushedRead pushed,
      ExpressionTranslator expressions,
      Optional<Supplier<WriteTarget>> table) {
    this.table = table;
    this.read = read;
    this.columns = columns;
    this.pushed = pushed;
    this.expressions = expressions;
  }

  ReadSource source() {
    return read.source();
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
    if (!read.stream().equals(StreamOptions.DEFAULT)) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot read %s once by the options of a stream: use readStream, or leave out startingSnapshot, maxRowsPerTrigger, maxSnapshotsPerTrigger and skipChangeCommits"
              .formatted(read.description()));
    }
    Optional<String> filter = Optional.ofNullable(runtimeFilter.get());
    runtimeFilter.remove();
    return new DuckherderBatch(this, filter);
  }

  @Override
  public MicroBatchStream toMicroBatchStream(String checkpoint) {
    boolean rows = pushed.filter().isEmpty() && pushed.query().isEmpty() && pushed.told().isEmpty();
    if (!source().isCluster() || table.isEmpty() || !rows) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read %s as a stream: streams read the columns of tables, as they are now, of a cluster's managed databases; serve a file with duckherder-cluster start --managed and read it with the option \"url\""
              .formatted(read.description()));
    }
    return new DuckherderMicroBatchStream(
        new VersionedTable(source(), table.get().get(), read.settings(), read.target()),
        List.of(columns.fieldNames()),
        read.stream(),
        new StartFile(checkpoint, SparkSession.active().sparkContext().hadoopConfiguration()),
        new DuckherderPartitionReaderFactory(source(), columns),
        found -> requireSameColumns(found.columns()));
  }

  /** The columns by which rows can be left out; none where something is asked of all the rows. */
  @Override
  public NamedReference[] filterAttributes() {
    Set<String> names = new HashSet<>();
    boolean ambiguous =
        Stream.of(columns.fieldNames()).anyMatch(name -> !names.add(name.toLowerCase(Locale.ROOT)));
    if (read.pushdown() == Pushdown.FALSE || pushed.query().isPresent() || ambiguous) {
      return new NamedReference[0];
    }
    return Stream.of(columns.fieldNames())
        .map(ColumnName::new)
        .filter(expressions::isComparable)
        .toArray(NamedReference[]::new);
  }

  @Override
  public void filter(Predicate[] predicates) {
    int partitions = Math.max(1, planned().partitions().size());
    int longest = Math.min(LONGEST_RUNTIME_FILTER, MOST_CHARACTERS / partitions);
    runtimeFilter.remove();
    new RuntimeCondition(expressions, longest).of(predicates).ifPresent(runtimeFilter::set);
  }

  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
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
      new TimeInDuckDB(),
      new Retries(),
      new PartitionsSkipped(),
      new RowGroupsScanned(),
      new RowGroupsSkipped()
    };
  }

  /** What the plan knows; Spark asks once the read is planned, in the thread that did it. */
  @Override
  public CustomTaskMetric[] reportDriverMetrics() {
    PlannedRead last = filtered.get();
    filtered.remove();
    ReadSummary.Pruning pruning = (last == null ? planned() : last).summary().pruning();
    return new CustomTaskMetric[] {
      new TaskMetric(PartitionsSkipped.NAME, pruning.partitions()),
      new TaskMetric(RowGroupsScanned.NAME, pruning.rowGroupsLeft()),
      new TaskMetric(RowGroupsSkipped.NAME, pruning.rowGroups())
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

  /**
   * The plan of fewer rows, if it is of the same state and leaves Spark's plan right: where Spark
   * found one partition, it counts on it that there is no other.
   */
  PlannedRead planned(Optional<String> filter) {
    PlannedRead all = planned();
    filtered.remove();
    if (filter.isEmpty()) {
      return all;
    }
    PlannedRead fewer = read.plan(pushed.where(filter.get()));
    if (!fewer.snapshot().equals(all.snapshot())
        || fewer.partitions().size() > all.partitions().size()) {
      return all;
    }
    filtered.set(fewer);
    return fewer;
  }

  private void requireSameColumns(List<ResultColumn> found) {
    for (int i = 0; i < columns.size(); i++) {
      String expected = DuckherderSchema.duckdbType(columns.apply(i));
      if (i >= found.size() || !DuckherderSchema.isOfType(columns.apply(i), found.get(i).type())) {
        throw new DuckherderException(
            StandardErrorCode.FILE_CHANGED,
            "Cannot read column \"%s\" as %s: the table has changed since it was loaded; load it again"
                .formatted(columns.apply(i).name(), expected));
      }
    }
  }
}

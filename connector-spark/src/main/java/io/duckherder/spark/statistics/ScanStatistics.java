package io.duckherder.spark.statistics;

import io.duckherder.layout.ColumnStatistics;
import io.duckherder.plan.PushedQuery;
import io.duckherder.plan.ReadSummary;
import io.duckherder.spark.pushdown.PushedRead;
import io.duckherder.spark.source.PlannedRead;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What Spark is told of the rows of a scan: how many bytes they are, at a guess; how many rows at
 * most, and what is in their columns.
 *
 * <p>The latter only where Spark does not adapt plans while they run. Where it does, it takes the
 * rows that it expects of a stage for the most that there can be, and drops a limit that is no
 * less. What it expects it works out from such numbers, and it may be too few.
 *
 * @param numRows the most rows
 * @param sizeInBytes the bytes
 * @param columnStats the columns
 */
public record ScanStatistics(
    OptionalLong numRows,
    OptionalLong sizeInBytes,
    Map<NamedReference, org.apache.spark.sql.connector.read.colstats.ColumnStatistics> columnStats)
    implements Statistics {
  public ScanStatistics {
    columnStats = Map.copyOf(columnStats);
  }

  /**
   * Those of a scan.
   *
   * @param columns its columns as Spark has them
   * @param adaptive whether Spark adapts plans while they run
   */
  public static ScanStatistics of(
      PlannedRead planned, StructType columns, PushedRead pushed, boolean adaptive) {
    OptionalLong most = most(planned, pushed);
    OptionalLong expected = least(most, expected(planned, pushed));
    OptionalLong bytes =
        expected.isPresent()
            ? OptionalLong.of(
                RowSize.of(columns, texts(planned.summary())).times(expected.getAsLong()))
            : OptionalLong.empty();
    return adaptive
        ? new ScanStatistics(OptionalLong.empty(), bytes, Map.of())
        : new ScanStatistics(most, bytes, columns(planned.summary(), columns, pushed, most));
  }

  /** No run gives more rows: what each partition's query gives at most, or what the table has. */
  private static OptionalLong most(PlannedRead planned, PushedRead pushed) {
    OptionalLong rows = planned.summary().rows();
    if (pushed.query().isEmpty()) {
      return rows;
    }
    boolean whole = pushed.query().get().scope() == PushedQuery.Scope.WHOLE;
    if (pushed.most().isPresent()) {
      int runs = whole ? 1 : planned.partitions().size();
      return OptionalLong.of(pushed.most().getAsLong() * runs);
    }
    // Groups of each partition, of which there are no more than rows.
    return whole ? OptionalLong.empty() : rows;
  }

  private static OptionalLong expected(PlannedRead planned, PushedRead pushed) {
    OptionalLong expected = planned.summary().expectedRows();
    boolean parts =
        pushed.query().filter(query -> query.scope() == PushedQuery.Scope.PARTITION).isPresent();
    return parts && expected.isPresent()
        ? OptionalLong.of(expected.getAsLong() * Math.max(1, planned.partitions().size()))
        : expected;
  }

  private static OptionalLong least(OptionalLong one, OptionalLong other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isPresent() ? one : other;
    }
    return OptionalLong.of(Math.min(one.getAsLong(), other.getAsLong()));
  }

  /** The bytes of a value of each text column, on average and a bit more. */
  private static Map<String, Long> texts(ReadSummary summary) {
    Map<String, Long> texts = new HashMap<>();
    if (summary.tableRows().isPresent()) {
      long rows = Math.max(1, summary.tableRows().getAsLong());
      summary
          .columns()
          .forEach(
              column ->
                  column
                      .textBytes()
                      .ifPresent(bytes -> texts.put(column.name(), bytes / rows + 1)));
    }
    return texts;
  }

  private static Map<NamedReference, org.apache.spark.sql.connector.read.colstats.ColumnStatistics>
      columns(ReadSummary summary, StructType columns, PushedRead pushed, OptionalLong most) {
    Map<NamedReference, org.apache.spark.sql.connector.read.colstats.ColumnStatistics> told =
        new HashMap<>();
    if (pushed.query().isPresent() || most.isEmpty()) {
      return told;
    }
    Map<String, ColumnStatistics> known = new HashMap<>();
    summary.columns().forEach(column -> known.put(column.name(), column));
    for (StructField field : columns.fields()) {
      ColumnStatistics column = known.get(field.name());
      if (column != null) {
        ColumnFacts.of(column, field, most.getAsLong())
            .ifPresent(facts -> told.put(new ColumnName(field.name()), facts));
      }
    }
    return told;
  }

  /** A column by its plain name, by which Spark looks for it. */
  private record ColumnName(String describe) implements NamedReference {
    @Override
    public String[] fieldNames() {
      return new String[] {describe};
    }
  }
}

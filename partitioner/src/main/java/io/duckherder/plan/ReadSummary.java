package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.layout.ColumnStatistics;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a planned read besides its fragments.
 *
 * @param wholeBecause why the read was not cut, absent if it was
 * @param table whether it reads a table and not a view or a query, so that {@link RowColumn}s can
 *     be told of its rows
 * @param tableRows the rows of the table, if it reads one and was planned for a connector
 * @param rows the most rows of it that pass its filters, where known
 * @param expectedRows the rows that DuckDB expects it to give, where it was asked
 * @param pruning what statistics ruled out
 * @param columns what is known of the columns wanted, of those of which anything is
 */
public record ReadSummary(
    @JsonProperty("wholeBecause") Optional<String> wholeBecause,
    @JsonProperty("table") boolean table,
    @JsonProperty("tableRows") OptionalLong tableRows,
    @JsonProperty("rows") OptionalLong rows,
    @JsonProperty("expectedRows") OptionalLong expectedRows,
    @JsonProperty("pruning") Pruning pruning,
    @JsonProperty("columns") List<ColumnStatistics> columns) {
  public ReadSummary {
    Objects.requireNonNull(wholeBecause, "wholeBecause");
    Objects.requireNonNull(tableRows, "tableRows");
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(expectedRows, "expectedRows");
    Objects.requireNonNull(pruning, "pruning");
    columns = List.copyOf(columns);
  }

  /** Of a read of which nothing more is known. */
  static ReadSummary of(Optional<String> wholeBecause) {
    return new ReadSummary(
        wholeBecause,
        false,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Pruning.NONE,
        List.of());
  }

  /** Of ranges of a table's rows. */
  static ReadSummary scan(boolean table, long rows, Pruning pruning) {
    return new ReadSummary(
        Optional.empty(),
        table,
        OptionalLong.empty(),
        OptionalLong.of(rows),
        OptionalLong.empty(),
        pruning,
        List.of());
  }

  ReadSummary withExpectedRows(OptionalLong expected) {
    return new ReadSummary(wholeBecause, table, tableRows, rows, expected, pruning, columns);
  }

  ReadSummary withTable(long allRows, List<ColumnStatistics> known) {
    return new ReadSummary(
        wholeBecause, table, OptionalLong.of(allRows), rows, expectedRows, pruning, known);
  }

  /**
   * What row-group statistics ruled out.
   *
   * @param partitions partitions that were left out
   * @param rowGroups row groups that are left out, or that DuckDB leaves out by the same statistics
   * @param rowGroupsLeft row groups that may hold rows
   */
  public record Pruning(
      @JsonProperty("partitions") int partitions,
      @JsonProperty("rowGroups") int rowGroups,
      @JsonProperty("rowGroupsLeft") int rowGroupsLeft) {
    /** Where nothing is known of row groups. */
    public static final Pruning NONE = new Pruning(0, 0, 0);
  }
}

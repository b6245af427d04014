package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a planned read besides its fragments.
 *
 * @param wholeBecause why the read was not cut, absent if it was
 * @param table whether it reads a table and not a view or a query, so that {@link RowColumn}s can
 *     be told of its rows
 * @param rows the most rows there can be before filters, where known
 * @param pruning what statistics ruled out
 */
public record ReadSummary(
    @JsonProperty("wholeBecause") Optional<String> wholeBecause,
    @JsonProperty("table") boolean table,
    @JsonProperty("rows") OptionalLong rows,
    @JsonProperty("pruning") Pruning pruning) {
  public ReadSummary {
    Objects.requireNonNull(wholeBecause, "wholeBecause");
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(pruning, "pruning");
  }

  /** Of a read that is not cut. */
  static ReadSummary whole(String because) {
    return new ReadSummary(Optional.of(because), false, OptionalLong.empty(), Pruning.NONE);
  }

  /** Of a query that is cut, but not by the row groups of its rows. */
  static ReadSummary divided() {
    return new ReadSummary(Optional.empty(), false, OptionalLong.empty(), Pruning.NONE);
  }

  /** Of ranges of a table's rows. */
  static ReadSummary scan(boolean table, long rows, Pruning pruning) {
    return new ReadSummary(Optional.empty(), table, OptionalLong.of(rows), pruning);
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

package io.duckherder.spark.pushdown;

import io.duckherder.plan.PushedQuery;
import io.duckherder.plan.RowColumn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one scan reads of a relation.
 *
 * @param columns the columns of its rows
 * @param filter the rows wanted
 * @param query what is asked of these rows, if not the rows themselves
 * @param most the most rows that one run of the query gives, where it says so itself
 * @param narrowed columns of which some fields are enough, with their DuckDB types then
 * @param told what the rows have as columns besides the relation's own
 */
public record PushedRead(
    List<String> columns,
    Optional<String> filter,
    Optional<PushedQuery> query,
    OptionalLong most,
    Map<String, String> narrowed,
    Set<RowColumn> told) {
  public PushedRead {
    columns = List.copyOf(columns);
    narrowed = Map.copyOf(narrowed);
    told = Set.copyOf(told);
  }

  /** Columns and rows of a relation. */
  public static PushedRead ofRows(
      List<String> columns, Optional<String> filter, Set<RowColumn> told) {
    return new PushedRead(columns, filter, Optional.empty(), OptionalLong.empty(), Map.of(), told);
  }

  /** The same of fewer rows. */
  public PushedRead where(String condition) {
    return new PushedRead(
        columns,
        Optional.of(filter.map(text -> text + " AND " + condition).orElse(condition)),
        query,
        most,
        narrowed,
        told);
  }

  /** It as plans show it. */
  public String description() {
    return "columns "
        + columns
        + (narrowed.isEmpty() ? "" : ", of which " + new TreeMap<>(narrowed))
        + filter.map(text -> ", filter " + text).orElse("")
        + query.map(PushedRead::description).orElse("");
  }

  private static String description(PushedQuery query) {
    return switch (query.scope()) {
          case WHOLE -> ", query ";
          case PARTITION -> ", query of each partition ";
        }
        + query.sql();
  }
}

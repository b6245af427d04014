package io.duckherder.spark.pushdown;

import io.duckherder.plan.PushedQuery;
import io.duckherder.plan.RowColumn;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What one scan reads of a relation.
 *
 * @param columns the columns of its rows
 * @param filter the rows wanted
 * @param query what is asked of these rows, if not the rows themselves
 * @param most the most rows that one run of the query gives, where it says so itself
 * @param told what the rows have as columns besides the relation's own
 */
public record PushedRead(
    List<String> columns,
    Optional<String> filter,
    Optional<PushedQuery> query,
    OptionalLong most,
    Set<RowColumn> told) {
  public PushedRead {
    columns = List.copyOf(columns);
    told = Set.copyOf(told);
  }

  /** Columns and rows of a relation. */
  public static PushedRead ofRows(
      List<String> columns, Optional<String> filter, Set<RowColumn> told) {
    return new PushedRead(columns, filter, Optional.empty(), OptionalLong.empty(), told);
  }

  /** It as plans show it. */
  public String description() {
    return "columns "
        + columns
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

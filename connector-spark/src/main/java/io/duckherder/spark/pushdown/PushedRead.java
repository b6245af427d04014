package io.duckherder.spark.pushdown;

import io.duckherder.plan.PushedQuery;
import java.util.List;
import java.util.Optional;

/**
 * What one scan reads of a relation.
 *
 * @param columns the columns of its rows
 * @param filter the rows wanted
 * @param query what is asked of these rows, if not the rows themselves
 */
public record PushedRead(
    List<String> columns, Optional<String> filter, Optional<PushedQuery> query) {
  public PushedRead {
    columns = List.copyOf(columns);
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

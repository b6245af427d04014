package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.plan.cut.Query.Select;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a query that needs rows from everywhere can be done in two halves: one where the rows are,
 * and one over the results of all of these.
 */
enum Half {
  /** It cannot. */
  NONE,
  /** The first rows of each task, then the first of those. */
  LIMIT,
  /** Aggregate states, which DuckDB exports and combines. */
  STATES,
  /** The distinct rows of each task, then of all. */
  DISTINCT,
  /** The rows themselves, brought together by their key. */
  ROWS;

  /** Aggregates that give something else when their rows come in another order. */
  private static final Set<String> ORDERED =
      Set.of(
          "list",
          "array_agg",
          "string_agg",
          "group_concat",
          "listagg",
          "first",
          "last",
          "arbitrary",
          "any_value",
          "json_group_array",
          "json_group_object",
          "json_group_structure",
          "approx_top_k",
          "reservoir_quantile");

  /** Window functions that mean nothing without an order. */
  private static final Set<String> RANKED =
      Set.of(
          "row_number",
          "rank",
          "dense_rank",
          "rank_dense",
          "percent_rank",
          "cume_dist",
          "ntile",
          "lag",
          "lead",
          "first_value",
          "first",
          "last_value",
          "last",
          "nth_value",
          "fill");

  static Half of(Query query) {
    if (!(query instanceof Select select) || dependsOnOrder(select)) {
      return NONE;
    }
    int parts =
        (select.grouping.isPresent() ? 1 : 0)
            + (select.windows.isEmpty() ? 0 : 1)
            + (select.distinct.isPresent() ? 1 : 0);
    if (parts > 1) {
      return NONE;
    }
    if (select.grouping.isPresent()) {
      boolean states =
          select.grouping.get().aggregates().stream().allMatch(StateAggregates::mayExport);
      return states ? STATES : ROWS;
    }
    if (!select.windows.isEmpty()) {
      return RowOrder.limitsRowsInOrder(select) ? NONE : ROWS;
    }
    if (select.distinct.isPresent()) {
      boolean plain = select.orders.isEmpty() && select.limit.isEmpty() && distinctByAll(select);
      return plain ? DISTINCT : ROWS;
    }
    // Without ORDER BY the first rows are those that come first, and halves come in any order.
    return select.limit.isPresent() && !select.orders.isEmpty() && SortKeys.known(select.orders)
        ? LIMIT
        : NONE;
  }

  /** What rows must have in common to be needed in one place; empty if any two may be. */
  static List<JsonNode> keys(Select select) {
    if (select.grouping.isPresent()) {
      return select.grouping.get().oneSet() ? select.grouping.get().keys() : List.of();
    }
    if (select.distinct.isPresent()) {
      return select.distinct.get();
    }
    List<JsonNode> common = new ArrayList<>();
    if (!select.windows.isEmpty()) {
      select.windows.get(0).path("partitions").forEach(common::add);
      for (JsonNode window : select.windows) {
        common.removeIf(key -> !contains(window.path("partitions"), key));
      }
    }
    return common;
  }

  static boolean contains(Iterable<JsonNode> expressions, JsonNode expression) {
    for (JsonNode other : expressions) {
      if (Trees.same(other, expression)) {
        return true;
      }
    }
    return false;
  }

  private static boolean distinctByAll(Select select) {
    for (JsonNode selected : select.selected()) {
      if (!contains(select.distinct.orElseThrow(), selected)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a query's answer depends on the order in which its rows come. */
  static boolean dependsOnOrder(Select select) {
    boolean aggregates =
        select.grouping.stream()
            .flatMap(grouping -> grouping.aggregates().stream())
            .anyMatch(
                call ->
                    ORDERED.contains(name(call))
                        && call.path("order_bys").path("orders").isEmpty());
    boolean windows =
        select.windows.stream()
            .anyMatch(
                call ->
                    (RANKED.contains(name(call)) || ORDERED.contains(name(call)) || framed(call))
                        && call.path("orders").isEmpty()
                        && call.path("arg_orders").isEmpty());
    return aggregates || windows;
  }

  private static boolean framed(JsonNode window) {
    return !window.path("start").asText().startsWith("UNBOUNDED")
        || !(window.path("end").asText().startsWith("UNBOUNDED")
            || window.path("end").asText().equals("CURRENT_ROW_RANGE"));
  }

  static String name(JsonNode call) {
    return call.path("function_name").asText().toLowerCase(Locale.ROOT);
  }
}

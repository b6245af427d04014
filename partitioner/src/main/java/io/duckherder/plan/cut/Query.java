package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** A query of DuckDB's plan, by what it does with its rows. */
abstract sealed class Query {
  /** The node in DuckDB's tree. */
  final ObjectNode node;

  /** The common table expressions that it defines, in order. */
  final List<Relation.Cte> ctes;

  private Query(ObjectNode node, List<Relation.Cte> ctes) {
    this.node = node;
    this.ctes = List.copyOf(ctes);
  }

  /** SELECT: a relation filtered, then perhaps grouped, projected, and made distinct. */
  static final class Select extends Query {
    final Relation from;

    /** Its aggregate functions, if it aggregates; the nodes in the select list. */
    final Optional<Grouping> grouping;

    /** Its window functions. */
    final List<JsonNode> windows;

    /** What DISTINCT looks at, if it is there. */
    final Optional<List<JsonNode>> distinct;

    final List<JsonNode> orders;
    final Optional<RowLimit> limit;

    Select(
        ObjectNode node,
        List<Relation.Cte> ctes,
        Relation from,
        Optional<Grouping> grouping,
        List<JsonNode> windows,
        Optional<List<JsonNode>> distinct,
        List<JsonNode> orders,
        Optional<RowLimit> limit) {
      super(node, ctes);
      this.from = from;
      this.grouping = grouping;
      this.windows = List.copyOf(windows);
      this.distinct = distinct;
      this.orders = List.copyOf(orders);
      this.limit = limit;
    }

    JsonNode selected() {
      return node.path("select_list");
    }

    /** Whether it gives one row for each of its relation's that its filter lets pass. */
    boolean plain() {
      return plain(false);
    }

    /**
     * The same.
     *
     * @param orLimited whether it may limit those rows
     */
    boolean plain(boolean orLimited) {
      return grouping.isEmpty()
          && windows.isEmpty()
          && distinct.isEmpty()
          && (orLimited || limit.isEmpty());
    }
  }

  /** UNION, EXCEPT or INTERSECT. */
  static final class SetOperation extends Query {
    final List<Query> children;
    final boolean unionAll;
    final boolean sorted;

    SetOperation(
        ObjectNode node,
        List<Relation.Cte> ctes,
        List<Query> children,
        boolean unionAll,
        boolean sorted) {
      super(node, ctes);
      this.children = List.copyOf(children);
      this.unionAll = unionAll;
      this.sorted = sorted;
    }
  }

  /** A query that is only run whole. */
  static final class Opaque extends Query {
    final String why;
    final List<Relation> reads;

    Opaque(ObjectNode node, String why, List<Relation> reads) {
      super(node, List.of());
      this.why = why;
      this.reads = List.copyOf(reads);
    }
  }

  /**
   * GROUP BY.
   *
   * @param keys the expressions that are grouped by
   * @param sets for each grouping set the positions of its keys; one set unless GROUPING SETS
   * @param aggregates the aggregate calls in the select list
   */
  record Grouping(List<JsonNode> keys, List<List<Integer>> sets, List<JsonNode> aggregates) {
    boolean oneSet() {
      return sets.size() <= 1;
    }
  }

  /**
   * LIMIT and OFFSET with constants.
   *
   * @param rows most rows, if there is a most
   * @param offset rows left out
   */
  record RowLimit(Optional<Long> rows, long offset) {}
}

package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.layout.TableName;
import io.duckherder.plan.cut.Query.Grouping;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import io.duckherder.plan.cut.Trees.ColumnName;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How many rows a query or relation has, roughly: enough to tell big from small. The method is
 * System R's (Selinger et al., 1979): independent filters, and joins by the distinct values of
 * their keys.
 */
final class Estimates {
  private static final double EQUALITY = 0.05;
  private static final double RANGE = 0.3;
  private static final double PATTERN = 0.1;
  private static final double OTHER = 0.4;
  private static final double DEFAULT_MATCHES = 0.5;

  private final Function<TableName, TableStatistics> statistics;
  private final Map<Object, Double> known = new IdentityHashMap<>();

  Estimates(Function<TableName, TableStatistics> statistics) {
    this.statistics = statistics;
  }

  double rows(Query query) {
    Double estimate = known.get(query);
    if (estimate == null) {
      estimate = Math.max(1, compute(query));
      known.put(query, estimate);
    }
    return estimate;
  }

  double rows(Relation relation) {
    Double estimate = known.get(relation);
    if (estimate == null) {
      estimate = Math.max(1, compute(relation));
      known.put(relation, estimate);
    }
    return estimate;
  }

  /** Rows of a SELECT's relation that its filter lets pass. */
  double input(Select select) {
    return Math.max(1, rows(select.from) * selectivity(select));
  }

  private double compute(Query query) {
    if (query instanceof SetOperation operation) {
      return operation.children.stream().mapToDouble(this::rows).sum();
    }
    if (!(query instanceof Select select)) {
      return ((Query.Opaque) query).reads.stream().mapToDouble(this::rows).max().orElse(1);
    }
    double rows = input(select);
    if (select.grouping.isPresent()) {
      rows = groups(select, select.grouping.get());
    }
    if (select.limit.isPresent() && select.limit.get().rows().isPresent()) {
      rows = Math.min(rows, select.limit.get().rows().get());
    }
    return rows;
  }

  /** The groups of an aggregation. */
  double groups(Select select, Grouping grouping) {
    double input = input(select);
    if (grouping.keys().isEmpty()) {
      return 1;
    }
    double combinations = 1;
    boolean allKnown = true;
    for (JsonNode key : grouping.keys()) {
      double distinct = Trees.column(key).map(column -> distinct(select.from, column)).orElse(0.0);
      allKnown &= distinct > 0;
      combinations *= Math.max(1, distinct);
    }
    return Math.min(input, allKnown ? combinations : Math.max(combinations, Math.sqrt(input)));
  }

  private double compute(Relation relation) {
    if (relation instanceof Scan scan) {
      return statistics.apply(scan.table).rows();
    }
    if (relation instanceof CteScan scan) {
      return rows(scan.cte.body);
    }
    if (relation instanceof Derived derived) {
      return rows(derived.query);
    }
    if (!(relation instanceof Join join)) {
      return 1;
    }
    double left = rows(join.left);
    double right = rows(join.right);
    double matched = left * right * selectivity(join);
    return switch (join.kind) {
      case INNER -> matched;
      case LEFT, ASOF_LEFT -> Math.max(left, matched);
      case RIGHT -> Math.max(right, matched);
      case FULL -> Math.max(left + right, matched);
      case SEMI, ANTI -> left * DEFAULT_MATCHES;
      case RIGHT_SEMI, RIGHT_ANTI -> right * DEFAULT_MATCHES;
      case MARK, SINGLE, ASOF -> left;
      case POSITIONAL -> Math.max(left, right);
    };
  }

  private double selectivity(Join join) {
    double selectivity = 1;
    boolean equated = false;
    for (JsonNode condition : join.conditions) {
      Optional<ColumnName> left = Columns.equated(condition, "left");
      Optional<ColumnName> right = Columns.equated(condition, "right");
      if (left.isPresent() && right.isPresent()) {
        double most =
            Math.max(
                Math.max(distinct(join.left, left.get()), distinct(join.right, left.get())),
                Math.max(distinct(join.left, right.get()), distinct(join.right, right.get())));
        if (most == 0) {
          most = Math.max(rows(join.left), rows(join.right));
        }
        // A second key seldom says as much as the first.
        selectivity *= equated ? Math.sqrt(1 / most) : 1 / most;
        equated = true;
      } else if (condition.path("type").asText().equals("COMPARE_EQUAL")) {
        selectivity *= 1 / Math.max(rows(join.left), rows(join.right));
      } else {
        selectivity *= RANGE;
      }
    }
    return selectivity;
  }

  /** The distinct values that a column had in its table; 0 if that is not known. */
  double distinct(Relation relation, ColumnName column) {
    if (relation instanceof Join join) {
      return Math.max(distinct(join.left, column), distinct(join.right, column));
    }
    if (!(relation instanceof Named named) || !named.alias.equals(column.alias())) {
      return 0;
    }
    int position = named.columns.indexOf(column.column());
    if (relation instanceof Scan scan) {
      return statistics.apply(scan.table).distinct(position);
    }
    if (relation instanceof Derived derived) {
      return Math.min(rows(derived.query), distinct(derived.query, position));
    }
    return relation instanceof CteScan scan
        ? Math.min(rows(scan.cte.body), distinct(scan.cte.body, position))
        : 0;
  }

  private double distinct(Query query, int position) {
    if (query instanceof Select select && position < select.selected().size()) {
      return Trees.column(select.selected().path(position))
          .map(column -> distinct(select.from, column))
          .orElse(0.0);
    }
    return query instanceof SetOperation operation
        ? distinct(operation.children.get(0), position)
        : 0;
  }

  private double selectivity(Select select) {
    JsonNode where = select.node.path("where_clause");
    return where.isObject() ? selectivity(where, select.from) : 1;
  }

  private double selectivity(JsonNode condition, Relation from) {
    String type = condition.path("type").asText();
    switch (type) {
      case "CONJUNCTION_AND":
        double all = 1;
        for (JsonNode child : condition.path("children")) {
          all *= selectivity(child, from);
        }
        return all;
      case "CONJUNCTION_OR":
        double none = 1;
        for (JsonNode child : condition.path("children")) {
          none *= 1 - selectivity(child, from);
        }
        return 1 - none;
      case "OPERATOR_NOT":
        return Math.max(EQUALITY, 1 - selectivity(condition.path("children").path(0), from));
      case "COMPARE_EQUAL":
        double distinct =
            Trees.column(condition.path("left")).map(column -> distinct(from, column)).orElse(0.0);
        return distinct > 0 ? 1 / distinct : EQUALITY;
      case "COMPARE_IN":
        return Math.min(1, EQUALITY * (condition.path("children").size() - 1));
      case "COMPARE_GREATERTHAN",
      "COMPARE_LESSTHAN",
      "COMPARE_GREATERTHANOREQUALTO",
      "COMPARE_LESSTHANOREQUALTO",
      "COMPARE_BETWEEN":
        return RANGE;
      case "OPERATOR_IS_NOT_NULL", "COMPARE_NOTEQUAL":
        return 1 - EQUALITY;
      case "FUNCTION":
        return Map.of("~~", PATTERN, "contains", PATTERN, "prefix", PATTERN, "suffix", PATTERN)
            .getOrDefault(condition.path("function_name").asText(), OTHER);
      default:
        return OTHER;
    }
  }

  /** The tables that a query reads, each with its rows; a table that is read twice counts twice. */
  static double scanned(Query query, Function<TableName, TableStatistics> statistics) {
    Map<Object, Boolean> seen = new IdentityHashMap<>();
    Map<TableName, Long> rows = new HashMap<>();
    double[] total = {0};
    Walk.relations(
        query,
        relation -> {
          if (relation instanceof Scan scan && seen.put(relation, true) == null) {
            total[0] += rows.computeIfAbsent(scan.table, table -> statistics.apply(table).rows());
          }
        });
    return total[0];
  }

  /** All estimates of a list of queries together. */
  double total(List<Query> queries) {
    return queries.stream().mapToDouble(this::rows).sum();
  }
}

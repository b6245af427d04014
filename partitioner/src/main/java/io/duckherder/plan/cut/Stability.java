package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.layout.TableName;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import io.duckherder.plan.cut.Trees.ColumnName;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Which queries give the same rows, to the last bit, each time they run over the same snapshot.
 * Only those may run in several tasks that each believe to see the same. Sums of floating numbers
 * do not, as their last digits depend on the order of adding, and only of some is it known that
 * they are of others; limits and windows may break ties either way.
 */
final class Stability {
  private static final Set<String> EXACT =
      Set.of(
          "count",
          "count_star",
          "min",
          "max",
          "bit_and",
          "bit_or",
          "bit_xor",
          "bool_and",
          "bool_or");

  /** Types whose values add up to the same in any order. */
  private static final Set<String> WHOLE =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "DECIMAL");

  private final BiFunction<TableName, Integer, Optional<String>> types;

  /**
   * @param types the type of a table's column, by its position, if that is known
   */
  Stability(BiFunction<TableName, Integer, Optional<String>> types) {
    this.types = types;
  }

  boolean isStable(Query query) {
    if (query instanceof SetOperation operation) {
      return operation.children.stream().allMatch(this::isStable);
    }
    return query instanceof Select select
        && select.limit.isEmpty()
        && select.windows.isEmpty()
        && (select.distinct.isEmpty() || Half.of(select) == Half.DISTINCT)
        && select.grouping.stream()
            .flatMap(grouping -> grouping.aggregates().stream())
            .allMatch(call -> isExact(call, select.from))
        && isStable(select.from);
  }

  private boolean isExact(JsonNode call, Relation from) {
    if (EXACT.contains(Half.name(call))) {
      return true;
    }
    JsonNode arguments = call.path("arguments");
    return Half.name(call).equals("sum")
        && arguments.size() == 1
        && isWhole(arguments.path(0).path("expression"), from);
  }

  /** Whether an expression over the columns of a relation surely has such a type. */
  private boolean isWhole(JsonNode expression, Relation from) {
    if (expression.path("class").asText().equals("CAST")) {
      return WHOLE.contains(expression.path("type_expr").path("type_name").asText());
    }
    return Trees.column(expression).map(column -> isWhole(column, from)).orElse(false);
  }

  private boolean isWhole(ColumnName column, Relation relation) {
    if (relation instanceof Join join) {
      return isWhole(column, join.left) || isWhole(column, join.right);
    }
    Named named = (Named) relation;
    int position = named.columns.indexOf(column.column());
    if (position < 0 || !named.alias.equals(column.alias())) {
      return false;
    }
    if (named instanceof Scan scan) {
      return types
          .apply(scan.table, position)
          .filter(type -> WHOLE.contains(type.replaceFirst("\\(.*", "")))
          .isPresent();
    }
    return named instanceof Derived derived
        && derived.query instanceof Select select
        && isWhole(select.selected().path(position), select.from);
  }

  private boolean isStable(Relation relation) {
    if (relation instanceof Derived derived) {
      return isStable(derived.query);
    }
    return !(relation instanceof Join join)
        || (isStable(join) && isStable(join.left) && isStable(join.right));
  }

  /** Whether a join of the same rows gives the same each time. */
  static boolean isStable(Join join) {
    return join.kind != JoinKind.POSITIONAL
        && join.kind != JoinKind.ASOF
        && join.kind != JoinKind.ASOF_LEFT;
  }
}

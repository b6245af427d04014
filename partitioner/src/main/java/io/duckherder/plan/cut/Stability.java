package io.duckherder.plan.cut;

import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import java.util.Set;

/**
 * Which queries give the same rows, to the last bit, each time they run over the same snapshot.
 * Only those may run in several tasks that each believe to see the same. Sums may be of floating
 * numbers, whose last digits depend on the order of adding; limits and windows may break ties
 * either way.
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

  private Stability() {}

  static boolean isStable(Query query) {
    if (query instanceof SetOperation operation) {
      return operation.children.stream().allMatch(Stability::isStable);
    }
    return query instanceof Select select
        && select.limit.isEmpty()
        && select.windows.isEmpty()
        && (select.distinct.isEmpty() || Half.of(select) == Half.DISTINCT)
        && select.grouping.stream()
            .flatMap(grouping -> grouping.aggregates().stream())
            .allMatch(call -> EXACT.contains(Half.name(call)))
        && isStable(select.from);
  }

  private static boolean isStable(Relation relation) {
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

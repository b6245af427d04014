package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Trees.ColumnName;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What tasks see of a join, from what they see of its sides. */
final class JoinParts {
  private JoinParts() {}

  /**
   * The part of a join.
   *
   * @param alone whether there is one task only
   * @throws NotCuttable if the tasks' joins together would not be the join
   */
  static Part of(Join join, Part left, Part right, boolean alone) throws NotCuttable {
    if (!left.shared() && !right.shared()) {
      if (!alone && !Stability.isStable(join)) {
        throw new NotCuttable("each task might join other rows");
      }
      return Part.ALL;
    }
    if (left.shared() && right.shared()) {
      return together(join, left, right);
    }
    boolean mayBeCut = left.shared() ? join.kind.leftMayBeCut() : join.kind.rightMayBeCut();
    if (!mayBeCut) {
      throw new NotCuttable(
          "a %s join needs both sides divided alike"
              .formatted(join.kind.name().toLowerCase(Locale.ROOT)));
    }
    Set<ColumnName> keys = new HashSet<>(left.shared() ? left.keys() : right.keys());
    if (join.kind == JoinKind.INNER) {
      addEquated(join, keys);
    }
    return Part.shared(keys);
  }

  /** Both sides are divided: right if each pair that may match is in one task. */
  private static Part together(Join join, Part left, Part right) throws NotCuttable {
    boolean met = false;
    boolean nullsMatch = true;
    for (JsonNode condition : join.conditions) {
      Optional<ColumnName> one = Columns.equated(condition, "left");
      Optional<ColumnName> other = Columns.equated(condition, "right");
      nullsMatch &= condition.path("type").asText().equals("COMPARE_NOT_DISTINCT_FROM");
      if (one.isPresent() && other.isPresent()) {
        met |=
            (left.keys().contains(one.get()) && right.keys().contains(other.get()))
                || (left.keys().contains(other.get()) && right.keys().contains(one.get()));
      }
    }
    if (!met || join.kind == JoinKind.POSITIONAL) {
      throw new NotCuttable("a join looks for rows that lie apart");
    }
    if (join.kind == JoinKind.MARK && !nullsMatch) {
      // Any NULL on the right makes the mark of every row without a match NULL.
      throw new NotCuttable("NOT IN needs all of its rows in one place");
    }
    Set<ColumnName> keys = new HashSet<>();
    switch (join.kind) {
      case INNER -> {
        keys.addAll(left.keys());
        keys.addAll(right.keys());
        addEquated(join, keys);
      }
      case LEFT, SEMI, ANTI, MARK, SINGLE, ASOF, ASOF_LEFT -> keys.addAll(left.keys());
      case RIGHT, RIGHT_SEMI, RIGHT_ANTI -> keys.addAll(right.keys());
      default -> {
        // Either side's key may be NULL in rows of a full join.
      }
    }
    return Part.shared(keys);
  }

  private static void addEquated(Join join, Set<ColumnName> keys) {
    for (JsonNode condition : join.conditions) {
      Optional<ColumnName> left = Columns.equated(condition, "left");
      Optional<ColumnName> right = Columns.equated(condition, "right");
      if (left.isPresent() && right.isPresent()) {
        if (keys.contains(left.get())) {
          keys.add(right.get());
        } else if (keys.contains(right.get())) {
          keys.add(left.get());
        }
      }
    }
  }
}

package io.duckherder.plan.cut;

import io.duckherder.plan.cut.Trees.ColumnName;
import java.util.Set;

/**
 * The rows of a relation that a task sees.
 *
 * @param shared whether they are a share, so that the tasks' shares together are all rows, each
 *     once; otherwise each task sees all
 * @param keys columns by whose values the rows are shared out: equal values are in one task
 */
record Part(boolean shared, Set<ColumnName> keys) {
  static final Part ALL = new Part(false, Set.of());

  Part {
    keys = Set.copyOf(keys);
  }

  static Part shared(Set<ColumnName> keys) {
    return new Part(true, keys);
  }
}

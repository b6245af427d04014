package io.duckherder.plan;

import java.util.List;
import java.util.Objects;

/**
 * A read, cut into fragments whose rows together are the answer.
 *
 * @param columns the columns of every fragment
 * @param fragments the fragments, in the order of their rows
 * @param summary what else is known of it
 */
public record ReadPlan(List<ResultColumn> columns, List<Fragment> fragments, ReadSummary summary) {
  public ReadPlan {
    columns = List.copyOf(columns);
    fragments = List.copyOf(fragments);
    Objects.requireNonNull(summary, "summary");
  }

  ReadPlan withSummary(ReadSummary other) {
    return new ReadPlan(columns, fragments, other);
  }
}

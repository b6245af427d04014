package io.duckherder.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A read, cut into fragments whose rows together are the answer.
 *
 * @param columns the columns of every fragment
 * @param fragments the fragments, in the order of their rows
 * @param wholeBecause why the read was not cut, absent if it was
 * @param rows the rows of the driving table before filters, where known
 * @param partitionsPruned partitions left out because row-group statistics rule them out
 */
public record ReadPlan(
    List<ResultColumn> columns,
    List<Fragment> fragments,
    Optional<String> wholeBecause,
    OptionalLong rows,
    int partitionsPruned) {
  public ReadPlan {
    columns = List.copyOf(columns);
    fragments = List.copyOf(fragments);
  }
}

package io.duckherder.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A query as stages of tasks. Every stage but the last keeps its rows on the workers for the stages
 * after it; the rows of the last go to the driver, which assembles the answer.
 *
 * @param columns the columns of the answer
 * @param stages the stages, each after those that it reads
 * @param assembly how the last stage's rows become the answer
 * @param wholeBecause why the query runs whole on one worker, absent if it is cut
 * @param rows rows of the tables that it reads, before filters, where known
 * @param partitionsPruned partitions left out because row-group statistics rule them out
 */
public record QueryPlan(
    List<ResultColumn> columns,
    List<Stage> stages,
    ResultAssembly assembly,
    Optional<String> wholeBecause,
    OptionalLong rows,
    int partitionsPruned) {
  public QueryPlan {
    columns = List.copyOf(columns);
    stages = List.copyOf(stages);
  }

  /** A query that one worker runs as it is. */
  public static QueryPlan whole(
      String sql, List<ResultColumn> columns, String because, OptionalLong rows) {
    Stage.Task task = new Stage.Task(sql, Optional.empty(), OptionalInt.empty(), false);
    return new QueryPlan(
        columns,
        List.of(new Stage(0, "the whole query", List.of(), List.of(task), columns, false, true)),
        ResultAssembly.Concatenation.ALL,
        Optional.of(because),
        rows,
        0);
  }

  /** The stage whose rows go to the driver. */
  public Stage last() {
    return stages.get(stages.size() - 1);
  }
}

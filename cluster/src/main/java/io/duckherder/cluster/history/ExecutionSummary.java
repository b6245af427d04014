package io.duckherder.cluster.history;

import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ResultAssembly.Combination;
import io.duckherder.plan.ResultAssembly.SortedMerge;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * What the plan of a query says of how it runs.
 *
 * @param mode where and how it runs
 * @param mergeStrategy how the rows of its tasks become the answer
 * @param tasks tasks in the plan, over all stages; none on the driver
 * @param rows rows of the tables that it reads, before filters, where known
 * @param recorded whether it is kept when it has ended
 * @param run what workers did for it so far
 */
public record ExecutionSummary(
    ExecutionMode mode,
    String mergeStrategy,
    long tasks,
    OptionalLong rows,
    boolean recorded,
    Supplier<RunStatistics> run) {
  private static final String NONE = "NONE";

  /** On the driver. */
  public static final ExecutionSummary LOCAL =
      new ExecutionSummary(
          ExecutionMode.LOCAL, NONE, 0, OptionalLong.empty(), true, () -> RunStatistics.NONE);

  /** On the driver, about the cluster itself: no part of what is remembered. */
  public static final ExecutionSummary UNRECORDED =
      new ExecutionSummary(
          ExecutionMode.LOCAL, NONE, 0, OptionalLong.empty(), false, () -> RunStatistics.NONE);

  /** From the rows that were kept of an earlier run. */
  public static final ExecutionSummary CACHED =
      new ExecutionSummary(
          ExecutionMode.LOCAL,
          "RESULT_CACHE",
          0,
          OptionalLong.empty(),
          true,
          () -> RunStatistics.NONE);

  /** Whole on one worker. */
  public static ExecutionSummary delegated(OptionalLong rows, Supplier<RunStatistics> run) {
    return new ExecutionSummary(ExecutionMode.DELEGATED, NONE, 1, rows, true, run);
  }

  /** In one stage of tasks that each read a range of rows. */
  public static ExecutionSummary byRows(
      long tasks, OptionalLong rows, Supplier<RunStatistics> run) {
    return new ExecutionSummary(
        ExecutionMode.ROW_GROUP_PARTITION, "CONCATENATION", tasks, rows, true, run);
  }

  /** As a plan says. */
  public static ExecutionSummary of(QueryPlan plan, Supplier<RunStatistics> run) {
    int tasks = plan.stages().stream().mapToInt(stage -> stage.tasks().size()).sum();
    return new ExecutionSummary(mode(plan), mergeStrategy(plan), tasks, plan.rows(), true, run);
  }

  private static ExecutionMode mode(QueryPlan plan) {
    if (plan.stages().size() > 1) {
      return ExecutionMode.EXCHANGE;
    }
    if (plan.wholeBecause().isPresent()) {
      return ExecutionMode.DELEGATED;
    }
    boolean byRows = plan.last().tasks().stream().allMatch(task -> task.range().isPresent());
    return byRows ? ExecutionMode.ROW_GROUP_PARTITION : ExecutionMode.NATURAL_PARTITION;
  }

  private static String mergeStrategy(QueryPlan plan) {
    if (plan.assembly() instanceof SortedMerge) {
      return "SORTED_MERGE";
    }
    if (plan.assembly() instanceof Combination) {
      return "COMBINATION";
    }
    return plan.last().tasks().size() > 1 ? "CONCATENATION" : NONE;
  }
}

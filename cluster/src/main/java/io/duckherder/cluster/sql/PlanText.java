package io.duckherder.cluster.sql;

import io.duckherder.cluster.schedule.TaskReport;
import io.duckherder.layout.RowRange;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ResultAssembly;
import io.duckherder.plan.ResultAssembly.Combination;
import io.duckherder.plan.ResultAssembly.Concatenation;
import io.duckherder.plan.ResultAssembly.SortedMerge;
import io.duckherder.plan.Stage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan as text, for EXPLAIN. */
final class PlanText {
  private static final int TASKS_SHOWN = 4;

  /** A task of a plan. */
  record TaskId(int stage, int task) {}

  /**
   * Row groups of the tables that a task reads.
   *
   * @param scanned those that it looked into
   * @param total all of them
   */
  record RowGroups(long scanned, long total) {}

  private PlanText() {}

  /**
   * The plan.
   *
   * @param reports what became of its tasks; empty if it was not run
   * @param rowGroups the row groups that tasks scanned, for the tasks where that is known
   */
  static String of(QueryPlan plan, List<TaskReport> reports, Map<TaskId, RowGroups> rowGroups) {
    StringBuilder text = new StringBuilder();
    if (plan.wholeBecause().isPresent()) {
      text.append("Whole on one worker, because ").append(plan.wholeBecause().get());
    } else {
      text.append(
          "%s, %s".formatted(count(plan.stages().size(), "stage"), assembly(plan.assembly())));
    }
    plan.rows().ifPresent(rows -> text.append("\nRows of its tables: about ").append(rows));
    if (plan.partitionsPruned() > 0) {
      text.append("\nPartitions left out by their statistics: ").append(plan.partitionsPruned());
    }
    for (Stage stage : plan.stages()) {
      append(text, stage, stage == plan.last(), reports, rowGroups);
    }
    if (plan.assembly() instanceof Combination combination) {
      text.append("\nDriver runs: ").append(combination.sql());
    }
    return text.toString();
  }

  private static void append(
      StringBuilder text,
      Stage stage,
      boolean last,
      List<TaskReport> reports,
      Map<TaskId, RowGroups> rowGroups) {
    text.append("\nStage %d: %s".formatted(stage.number(), stage.operation()));
    for (Stage.Input input : stage.inputs()) {
      text.append(
          "\n  reads stage %d%s"
              .formatted(input.stage(), input.byBucket() ? " by bucket" : ", all of it"));
    }
    stage
        .estimatedRows()
        .ifPresent(rows -> text.append("\n  is expected to give %d rows".formatted(rows)));
    text.append("\n  gives its rows to ")
        .append(
            last
                ? "the driver"
                : stage.bucketed() ? "later stages, in buckets" : "later stages, whole");
    text.append("\n  runs as ").append(count(stage.tasks().size(), "task"));
    for (int task = 0; task < Math.min(TASKS_SHOWN, stage.tasks().size()); task++) {
      text.append("\n    task %d: %s".formatted(task, share(stage.tasks().get(task))));
    }
    if (stage.tasks().size() > TASKS_SHOWN) {
      text.append("\n    ... and %d more".formatted(stage.tasks().size() - TASKS_SHOWN));
    }
    for (TaskReport report : reports) {
      if (report.stage() == stage.number()) {
        text.append(
            "\n    run %d of task %d on %s: %s, %d rows, %d bytes, %d ms%s"
                .formatted(
                    report.attempt() + 1,
                    report.task(),
                    report.worker(),
                    report.outcome().name().toLowerCase(Locale.ROOT),
                    report.rows(),
                    report.bytes(),
                    report.millis(),
                    report.error().map(error -> " (" + error + ")").orElse("")));
        RowGroups scanned = rowGroups.get(new TaskId(report.stage(), report.task()));
        if (scanned != null) {
          text.append(
              ", %d of %d row groups scanned".formatted(scanned.scanned(), scanned.total()));
        }
      }
    }
    if (!stage.tasks().isEmpty()) {
      text.append("\n  each runs: ").append(stage.tasks().get(0).sql());
    }
  }

  private static String share(Stage.Task task) {
    if (task.range().isPresent()) {
      return rows(task.range().get());
    }
    return task.bucket().isPresent() ? "bucket " + task.bucket().getAsInt() : "its own text";
  }

  private static String rows(RowRange range) {
    return range.to() == Long.MAX_VALUE
        ? "rows from %d on".formatted(range.from())
        : "rows %d to %d".formatted(range.from(), range.to() - 1);
  }

  private static String assembly(ResultAssembly assembly) {
    if (assembly instanceof Combination) {
      return "finished by the driver";
    }
    if (assembly instanceof SortedMerge merge) {
      return "sorted runs merged by the driver"
          + (merge.limit().isPresent() ? ", the first " + merge.limit().getAsLong() : "");
    }
    Concatenation concatenation = (Concatenation) assembly;
    return "task after task"
        + (concatenation.limit().isPresent()
            ? ", the first " + concatenation.limit().getAsLong()
            : "");
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}

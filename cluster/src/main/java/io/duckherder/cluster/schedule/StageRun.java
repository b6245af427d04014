package io.duckherder.cluster.schedule;

import io.duckherder.plan.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A stage and its tasks. Guarded by the lock of its {@link QueryRun}. */
final class StageRun {
  private final Stage stage;
  private final List<TaskRun> tasks;
  private final List<Long> durations = new ArrayList<>();

  /**
   * A stage that has not run.
   *
   * @param firstNumber the place in the query of its first task
   */
  StageRun(Stage stage, int firstNumber) {
    this.stage = stage;
    this.tasks =
        IntStream.range(0, stage.tasks().size())
            .mapToObj(i -> new TaskRun(stage.number(), i, firstNumber + i, stage.tasks().get(i)))
            .toList();
  }

  Stage stage() {
    return stage;
  }

  List<TaskRun> tasks() {
    return tasks;
  }

  boolean isComplete() {
    return tasks.stream().allMatch(TaskRun::isDone);
  }

  /** Notes how long a run took that was whole. */
  void took(long nanos) {
    durations.add(nanos);
  }

  /** Nanoseconds after which a run is a straggler; no run is one until most tasks are done. */
  long straggling(StragglerRule rule) {
    return rule.limit(tasks.size(), durations);
  }
}

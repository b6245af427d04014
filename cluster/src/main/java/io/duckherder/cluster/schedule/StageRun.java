package io.duckherder.cluster.schedule;

import io.duckherder.plan.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** A stage and its tasks. Guarded by the lock of its {@link QueryRun}. */
final class StageRun {
  private final Stage stage;
  private final List<TaskRun> tasks;
  private final List<Long> durations = new ArrayList<>();
  private boolean inPieces;

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

  /** Whether there is nothing to start: each task is done or has a run under way. */
  boolean isStarted() {
    return tasks.stream().noneMatch(TaskRun::isIdle);
  }

  /** Some of what its tasks kept is gone. */
  void lose(Predicate<KeptTable> lost) {
    List<TaskRun> losers =
        tasks.stream().filter(task -> task.kept().filter(lost).isPresent()).toList();
    losers.forEach(TaskRun::lost);
    inPieces |= !losers.isEmpty() && !stage.repeatable();
  }

  /** Whether rows are lost that another run would not give again, so that no task's are of use. */
  boolean isInPieces() {
    return inPieces;
  }

  /** Forgets what its tasks made, and stops what runs. */
  void startOver() {
    inPieces = false;
    tasks.forEach(TaskRun::startOver);
  }

  /** Notes how long a run took that was whole. */
  void took(long nanos) {
    durations.add(nanos);
  }

  /** Runs that are too slow and have no rival; none until most tasks are done. */
  List<TaskAttempt> stragglers(StragglerRule rule) {
    if (isComplete()) {
      return List.of();
    }
    long limit = rule.limit(tasks.size(), durations);
    return tasks.stream()
        .map(TaskRun::running)
        .filter(running -> running.size() == 1)
        .flatMap(List::stream)
        .filter(attempt -> attempt.elapsedNanos() > limit)
        .toList();
  }
}

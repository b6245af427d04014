package io.duckherder.cluster.schedule;

import io.duckherder.plan.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A task and its runs. Guarded by the lock of its {@link QueryRun}. */
final class TaskRun {
  private final int stage;
  private final int index;
  private final int number;
  private final Stage.Task task;
  private final List<TaskAttempt> running = new ArrayList<>();
  private final Set<String> failedOn = new HashSet<>();
  private boolean done;
  private @Nullable KeptTable kept;
  private int started;
  private int failures;

  /**
   * A task that has not run.
   *
   * @param index its place in its stage
   * @param number its place in the query
   */
  TaskRun(int stage, int index, int number, Stage.Task task) {
    this.stage = stage;
    this.index = index;
    this.number = number;
    this.task = task;
  }

  int stage() {
    return stage;
  }

  int index() {
    return index;
  }

  int number() {
    return number;
  }

  Stage.Task task() {
    return task;
  }

  boolean isDone() {
    return done;
  }

  boolean isIdle() {
    return !done && running.isEmpty();
  }

  /** The runs under way. */
  List<TaskAttempt> running() {
    return List.copyOf(running);
  }

  /** How many runs were started; the next one has this number. */
  int started() {
    return started;
  }

  int failures() {
    return failures;
  }

  boolean failedOn(String worker) {
    return failedOn.contains(worker);
  }

  Optional<KeptTable> kept() {
    return Optional.ofNullable(kept);
  }

  void begin(TaskAttempt attempt) {
    started++;
    running.add(attempt);
  }

  void end(TaskAttempt attempt) {
    running.remove(attempt);
  }

  void failed(String worker) {
    failures++;
    failedOn.add(worker);
  }

  /** A run failed because rows that it reads are gone: no fault of its worker. */
  void lostInput() {
    failures++;
  }

  void done(Optional<KeptTable> table) {
    done = true;
    kept = table.orElse(null);
  }

  /** What it kept is gone: it has to run again if somebody still needs it. */
  void lost() {
    done = false;
    kept = null;
  }

  /** What it made is of no use, and what it makes would not be either. */
  void startOver() {
    running.forEach(TaskAttempt::outdate);
    lost();
  }
}

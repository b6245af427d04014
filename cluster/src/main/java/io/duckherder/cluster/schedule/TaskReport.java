package io.duckherder.cluster.schedule;

import java.util.Optional;

/**
 * One run of a task.
 *
 * @param stage the number of its stage
 * @param task its number in the stage
 * @param attempt how many runs of the task were started before
 * @param worker the id of the worker
 * @param speculative whether another run of the task was under way when it started
 * @param outcome how it ended
 * @param rows rows that it made, as far as it came
 * @param bytes their size
 * @param millis how long it took
 * @param error why it failed, if it did
 */
public record TaskReport(
    int stage,
    int task,
    int attempt,
    String worker,
    boolean speculative,
    Outcome outcome,
    long rows,
    long bytes,
    long millis,
    Optional<String> error) {

  /** How the run of a task ends. */
  public enum Outcome {
    /** Its rows were used. */
    DONE,
    /** It broke, and its rows were thrown away. */
    FAILED,
    /** Another run of the task was first, or had to take its place. */
    SUPERSEDED,
    /** Its rows are no longer wanted. */
    CANCELLED
  }
}

package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What ends a query: which failures of tasks do, and what it is told as. */
record QueryFailures(String queryId) {
  private static final Logger log = LoggerFactory.getLogger(QueryFailures.class);
  private static final int MOST_FAILURES = 4;

  /**
   * Notes that a run of a task failed, and throws its rows away.
   *
   * @param attempt a run that has ended
   * @return what its query ends with; empty if the task may run again
   */
  Optional<Throwable> ending(TaskAttempt attempt, Throwable why, List<Worker> live) {
    boolean again = attempt.delivery().discard();
    if (!again || !(why instanceof DuckherderException known) || !known.code().retryable()) {
      return Optional.of(why);
    }
    TaskRun task = attempt.task();
    if (known.code() == StandardErrorCode.EXCHANGE_LOST) {
      task.lostInput();
    } else {
      attempt.worker().suspect();
      task.failed(attempt.worker().id());
    }
    if (task.isIdle() && task.failures() >= Math.max(MOST_FAILURES, live.size() + 1)) {
      boolean nobody = live.stream().allMatch(Worker::suspected);
      return Optional.of(nobody ? noWorkers("no worker answers, " + known.text()) : known);
    }
    log.warn(
        "Query {}: running task {} of stage {} again, because {}",
        queryId,
        task.index(),
        task.stage(),
        known.text());
    return Optional.empty();
  }

  DuckherderException noWorkers() {
    return noWorkers("no worker is alive");
  }

  private DuckherderException noWorkers(String reason) {
    return new DuckherderException(
        StandardErrorCode.NO_WORKERS,
        "Cannot run query %s: %s; start a worker and run it again".formatted(queryId, reason));
  }

  /** Rows that went on were made of others that are lost and would not come again the same. */
  DuckherderException cannotRepeat(StageRun stage) {
    return new DuckherderException(
        StandardErrorCode.STREAM_BROKEN,
        ("Cannot go on with query %s: rows of stage %d (%s) were lost with their worker, would not"
                + " be the same if made again, and part of the answer was given; run it again")
            .formatted(queryId, stage.stage().number(), stage.stage().operation()));
  }

  static DuckherderException cancelled() {
    return new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The query was cancelled");
  }

  static DuckherderException stopping(Throwable cause) {
    return new DuckherderException(
        StandardErrorCode.STREAM_BROKEN,
        "The stream ended early: the server is being stopped",
        cause);
  }

  /** What the reader of the answer is told. */
  RuntimeException told(Throwable why) {
    return why instanceof RuntimeException known
        ? known
        : new DuckherderException(
            StandardErrorCode.INTERNAL_ERROR,
            "The driver failed while it ran query %s: %s".formatted(queryId, why),
            why);
  }
}

package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for each run of a task of one query. After the last one its workers are told to drop
 * what they keep.
 */
final class AttemptThreads {
  private static final Logger log = LoggerFactory.getLogger(AttemptThreads.class);

  private final QueryContext context;
  private final SchedulerParts parts;
  private final Listener listener;

  /** Guarded by this, as all below: workers that may keep something, by their incarnation. */
  private final Map<String, Worker> touched = new HashMap<>();

  private int active;
  private boolean over;
  private boolean released;

  /** Told of each run that ended. */
  @FunctionalInterface
  interface Listener {
    /**
     * What became of a run.
     *
     * @param failure why it failed, if it did
     * @param lost workers that no longer keep what it read
     */
    TaskReport ended(TaskAttempt attempt, @Nullable Throwable failure, Set<Worker> lost);
  }

  AttemptThreads(QueryContext context, SchedulerParts parts, Listener listener) {
    this.context = context;
    this.parts = parts;
    this.listener = listener;
  }

  /**
   * Runs a task on a thread of its own.
   *
   * @param keeps whether its worker keeps rows for it
   * @throws java.util.concurrent.RejectedExecutionException if the driver is being stopped
   */
  synchronized void start(TaskAttempt attempt, boolean keeps) {
    parts.executor().execute(() -> run(attempt));
    active++;
    if (keeps) {
      touched.put(attempt.worker().registration().incarnation(), attempt.worker());
    }
  }

  /** No more is started. */
  synchronized void end() {
    over = true;
    releaseIfUnused();
  }

  /** Waits until no thread is left; none is started any more. */
  synchronized void awaitEnd() {
    boolean interrupted = false;
    while (active > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(TaskAttempt attempt) {
    @Nullable Throwable failure = null;
    Set<Worker> lost = Set.of();
    try {
      attempt.run(parts.calls(), parts.membership());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = QueryFailures.cancelled();
    } catch (RuntimeException | Error e) {
      failure = e;
      lost = parts.losses().find(attempt, e);
    }
    try {
      tell(listener.ended(attempt, failure, lost));
    } finally {
      left();
    }
  }

  private void tell(TaskReport report) {
    try {
      context.listener().ended(report);
    } catch (RuntimeException e) {
      log.warn("Query {}: cannot note the end of a task", context.queryId(), e);
    }
  }

  private synchronized void left() {
    active--;
    notifyAll();
    releaseIfUnused();
  }

  private void releaseIfUnused() {
    if (over && active == 0 && !released) {
      released = true;
      parts.releases().release(context.queryId(), List.copyOf(touched.values()));
    }
  }
}

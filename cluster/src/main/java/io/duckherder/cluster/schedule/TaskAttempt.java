package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.Worker;
import io.duckherder.cluster.schedule.TaskReport.Outcome;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.wire.BatchStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of a task on one worker. */
final class TaskAttempt {
  private final TaskRun task;
  private final int number;
  private final boolean speculative;
  private final Worker worker;
  private final Fragment fragment;
  private final List<KeptTable> sources;
  private final TaskDelivery delivery;
  private final boolean resumable;
  private final long started = System.nanoTime();

  /** Guarded by this. */
  private @Nullable BatchStream stream;

  /** Guarded by this. */
  private boolean cancelled;

  private volatile boolean outdated;

  /** Guarded by this: why the run was given up, if it was given up as a failure. */
  private @Nullable DuckherderException abandonedBecause;

  /**
   * A run that has not started.
   *
   * @param sources the tables that the fragment reads
   * @param resumable whether the stream goes on elsewhere by itself if the worker is lost
   */
  TaskAttempt(
      TaskRun task,
      Worker worker,
      Fragment fragment,
      List<KeptTable> sources,
      TaskDelivery delivery,
      boolean resumable) {
    this.task = task;
    this.number = task.started();
    this.speculative = !task.running().isEmpty();
    this.worker = worker;
    this.fragment = fragment;
    this.sources = List.copyOf(sources);
    this.delivery = delivery;
    this.resumable = resumable;
  }

  TaskRun task() {
    return task;
  }

  Worker worker() {
    return worker;
  }

  Fragment fragment() {
    return fragment;
  }

  List<KeptTable> sources() {
    return sources;
  }

  TaskDelivery delivery() {
    return delivery;
  }

  long elapsedNanos() {
    return System.nanoTime() - started;
  }

  /** Runs to the end; fails as the run does. */
  void run(WorkerCalls calls, Membership membership) throws InterruptedException {
    List<Worker> others = resumable ? membership.live() : List.of();
    try (BatchStream opened = calls.open(fragment, worker, others)) {
      synchronized (this) {
        stream = opened;
        if (cancelled) {
          opened.cancel();
        }
      }
      delivery.receive(opened);
    } finally {
      synchronized (this) {
        stream = null;
      }
    }
  }

  /** Stops the run; does not wait for it. */
  synchronized void cancel() {
    cancelled = true;
    if (stream != null) {
      stream.cancel();
    }
  }

  /** Stops the run, whose rows another run makes: what it makes itself is not used. */
  void outdate() {
    outdated = true;
    cancel();
  }

  boolean isOutdated() {
    return outdated;
  }

  /**
   * Gives the run up if its worker, or one whose rows it reads, is gone; it then counts as failed.
   *
   * @param present the incarnations of the workers that are in
   */
  void abandonIfAbsent(Set<String> present) {
    if (!resumable && !present.contains(worker.registration().incarnation())) {
      abandon(StandardErrorCode.UNREACHABLE, worker);
    }
    for (KeptTable source : sources) {
      if (!present.contains(source.worker().registration().incarnation())) {
        abandon(StandardErrorCode.EXCHANGE_LOST, source.worker());
      }
    }
  }

  private synchronized void abandon(StandardErrorCode code, Worker gone) {
    if (abandonedBecause == null) {
      abandonedBecause =
          new DuckherderException(
              code,
              "Worker %s was lost while query %s ran; start one and run the query again"
                  .formatted(gone, fragment.queryId()));
      cancel();
    }
  }

  /** The reason of a failure: why the run was given up, rather than how it noticed. */
  synchronized Throwable reason(Throwable failure) {
    return abandonedBecause == null ? failure : abandonedBecause;
  }

  TaskReport report(Outcome outcome, Optional<String> error) {
    return new TaskReport(
        task.stage(),
        task.index(),
        number,
        worker.id(),
        speculative,
        outcome,
        delivery.rows(),
        delivery.bytes(),
        TimeUnit.NANOSECONDS.toMillis(elapsedNanos()),
        error);
  }
}

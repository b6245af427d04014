package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.Worker;
import io.duckherder.error.DuckherderException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells workers that a query ended, so that they drop what they keep of it. Nobody waits for that,
 * but it is tried again for a while; a worker that cannot be reached all that time keeps nothing,
 * or drops it by itself.
 */
final class QueryReleases implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(QueryReleases.class);
  private static final int ATTEMPTS = 3;
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final Duration LAST_CALLS = Duration.ofSeconds(4);

  private final WorkerCalls calls;
  private final Membership membership;
  private final ExecutorService threads;

  QueryReleases(WorkerCalls calls, Membership membership) {
    this.calls = calls;
    this.membership = membership;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "duckherder-release-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Makes workers drop what they keep of a query, soon. */
  void release(String queryId, List<Worker> workers) {
    for (Worker worker : workers) {
      try {
        threads.execute(() -> releaseOn(worker, queryId));
      } catch (RejectedExecutionException e) {
        log.debug("Query {} is not released on {}: the driver stops", queryId, worker);
      }
    }
  }

  private void releaseOn(Worker worker, String queryId) {
    for (int attempt = 1; ; attempt++) {
      try {
        calls.release(worker, queryId);
        return;
      } catch (DuckherderException e) {
        if (attempt == ATTEMPTS || isGone(worker)) {
          log.debug("Query {} is not released on {}: {}", queryId, worker, e.text());
          return;
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean isGone(Worker worker) {
    String incarnation = worker.registration().incarnation();
    return membership.all().stream()
        .noneMatch(now -> now.registration().incarnation().equals(incarnation));
  }

  /** Lets the last calls be made. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(LAST_CALLS.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}

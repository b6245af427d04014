package io.duckherder.cluster.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker processes of a driver. One that ends although nobody stopped it is started again,
 * after a pause that doubles while it keeps ending. Owns the processes.
 */
final class LocalWorkers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LocalWorkers.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final WorkerCommandLine commands;
  private final String secret;
  private final StateDirectory state;
  private final ScheduledExecutorService restarts;

  /** Guarded by this. */
  private final Map<String, WorkerProcess> processes = new HashMap<>();

  /** Guarded by this. */
  private boolean closing;

  private LocalWorkers(WorkerCommandLine commands, String secret, StateDirectory state) {
    this.commands = commands;
    this.secret = secret;
    this.state = state;
    this.restarts =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "duckherder-restart");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts a number of workers at once and waits until all serve. */
  static LocalWorkers start(
      int count, WorkerCommandLine commands, String secret, StateDirectory state) {
    LocalWorkers workers = new LocalWorkers(commands, secret, state);
    var starters = Executors.newFixedThreadPool(Math.max(1, count));
    try {
      List<Future<?>> starts = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        String id = "worker-" + i;
        int offset = i;
        starts.add(starters.submit(() -> workers.launch(id, offset, FIRST_PAUSE)));
      }
      for (Future<?> start : starts) {
        start.get();
      }
      return workers;
    } catch (InterruptedException e) {
      workers.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the workers started", e);
    } catch (ExecutionException e) {
      workers.close();
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } finally {
      starters.shutdown();
    }
  }

  private void launch(String id, int number, Duration pause) {
    Path errors = state.logs().resolve(id + ".err");
    WorkerProcess process = WorkerProcess.start(id, commands.of(id, number), secret, errors);
    synchronized (this) {
      if (!closing) {
        log.info("Worker {} serves at {} (pid {})", id, process.address(), process.pid());
        processes.put(id, process);
        long began = System.nanoTime();
        process.onExit(() -> ended(process, number, pause, began));
        return;
      }
    }
    process.close();
  }

  private synchronized void ended(WorkerProcess process, int number, Duration pause, long began) {
    if (closing) {
      return;
    }
    log.warn(
        "Worker {} (pid {}) ended with status {}; starting it again",
        process.id(),
        process.pid(),
        process.exitStatus());
    boolean lasted = System.nanoTime() - began > LONGEST_PAUSE.toNanos();
    restart(process.id(), number, lasted ? FIRST_PAUSE : pause);
  }

  private void restart(String id, int number, Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    Duration next = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    try {
      restarts.schedule(
          () -> {
            try {
              launch(id, number, next);
            } catch (RuntimeException e) {
              log.warn("Worker {} could not be started again: {}", id, e.getMessage());
              restart(id, number, next);
            }
          },
          pause.toMillis(),
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("Worker {} is not started again: the cluster stops", id);
    }
  }

  /** Each worker as its name, pid and address, in the order of the names. */
  synchronized List<String> describe() {
    return processes.values().stream()
        .map(p -> "%s (pid %d) at %s".formatted(p.id(), p.pid(), p.address()))
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    List<WorkerProcess> running;
    synchronized (this) {
      closing = true;
      running = List.copyOf(processes.values());
    }
    restarts.shutdownNow();
    running.parallelStream().forEach(WorkerProcess::close);
  }
}

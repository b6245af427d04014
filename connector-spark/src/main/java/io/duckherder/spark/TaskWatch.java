package io.duckherder.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends reads with their tasks. A task that completes, fails or stops at a limit closes its reader.
 * A task that is killed may wait for DuckDB's next batch meanwhile, where Spark does not reach it;
 * so one thread looks after all tasks of the JVM and cancels the reads of those that are.
 */
final class TaskWatch {
  private static final long PERIOD_MILLIS = 200;

  private static final Logger log = LoggerFactory.getLogger(TaskWatch.class);

  private static final Map<CancellableReader, TaskContext> READERS = new ConcurrentHashMap<>();

  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "duckherder-task-watch");
            thread.setDaemon(true);
            return thread;
          });

  static {
    TIMER.scheduleWithFixedDelay(
        TaskWatch::cancelKilled, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private TaskWatch() {}

  /** What a task reads from; equal to itself alone. */
  interface CancellableReader {
    /** Stops what goes on, from any thread; does not wait for it. */
    void cancel();

    /** Frees what is held, at the end of the task. */
    void close();
  }

  static void over(TaskContext task, CancellableReader reader) {
    READERS.put(reader, task);
    task.addTaskCompletionListener(
        context -> {
          READERS.remove(reader);
          reader.close();
        });
  }

  private static void cancelKilled() {
    READERS.forEach(
        (reader, task) -> {
          if (task.isInterrupted()) {
            READERS.remove(reader);
            cancel(reader);
          }
        });
  }

  /** A failure here must not end the watch over the other tasks. */
  private static void cancel(CancellableReader reader) {
    try {
      reader.cancel();
    } catch (RuntimeException e) {
      log.warn("Cannot cancel the read of a killed task, which goes on to its next batch", e);
    }
  }
}

package io.duckherder.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;

/**
 * Ends reads with their tasks. A task that completes, fails or stops at a limit closes its reader.
 * A task that is killed may wait for DuckDB's next batch meanwhile, where Spark does not reach it;
 * so one thread looks after all tasks of the JVM and cancels the reads of those that are.
 */
final class TaskWatch {
  private static final long PERIOD_MILLIS = 200;

  private static final Map<DuckherderPartitionReader, TaskContext> READERS =
      new ConcurrentHashMap<>();

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

  static void over(TaskContext task, DuckherderPartitionReader reader) {
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
            reader.cancel();
          }
        });
  }
}

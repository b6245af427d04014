package io.duckherder.cluster.schedule;

/** Learns of the runs of a query's tasks, on many threads. */
@FunctionalInterface
public interface TaskListener {
  /** A run of a task ended; all are told before the query's stream is closed. */
  void ended(TaskReport report);
}

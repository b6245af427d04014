package io.duckherder.cluster.history;

import java.util.OptionalLong;

/**
 * What workers did for a query, so far while it runs.
 *
 * @param workers workers whose rows were used
 * @param tasksDone tasks that are done
 * @param retries runs of tasks beyond the first of each, for another having failed
 * @param cpuMillis processor time on the workers, where they tell it
 * @param memoryBytes most memory that a worker used for it, where they tell it
 */
public record RunStatistics(
    long workers, long tasksDone, long retries, OptionalLong cpuMillis, OptionalLong memoryBytes) {
  /** Nothing was done on a worker. */
  public static final RunStatistics NONE = of(0, 0, 0);

  /** Without processor time and memory. */
  public static RunStatistics of(long workers, long tasksDone, long retries) {
    return new RunStatistics(
        workers, tasksDone, retries, OptionalLong.empty(), OptionalLong.empty());
  }
}

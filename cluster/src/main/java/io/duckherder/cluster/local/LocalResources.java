package io.duckherder.cluster.local;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * The share of this machine that each process of a cluster takes.
 *
 * @param workers worker processes
 * @param memoryLimit memory of each process's DuckDB, as DuckDB writes sizes
 * @param threads threads of each worker's DuckDB
 */
public record LocalResources(int workers, String memoryLimit, int threads) {
  private static final double MEMORY_SHARE = 0.6;
  private static final long MIB = 1 << 20;
  private static final long LEAST_MIB = 256;

  /** What was asked for, and an even share where nothing was. */
  public static LocalResources of(
      int workers, Optional<String> memoryLimit, Optional<Integer> threads) {
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    int processes = workers + 1;
    long share = (long) (machine.getTotalMemorySize() * MEMORY_SHARE) / processes / MIB;
    return new LocalResources(
        workers,
        memoryLimit.orElse(Math.max(LEAST_MIB, share) + "MiB"),
        threads.orElse(
            Math.max(1, Runtime.getRuntime().availableProcessors() / Math.max(1, workers))));
  }
}

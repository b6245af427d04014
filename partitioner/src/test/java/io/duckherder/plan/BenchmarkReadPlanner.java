package io.duckherder.plan;

import io.duckherder.layout.PartitionTarget;
import io.duckherder.ticket.ClusterKey;
import io.duckherder.ticket.TicketCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * Plans a scan of 10,000 row groups into as many partitions. Run its {@code main} on the test class
 * path of this module: {@code mvn -pl partitioner test-compile exec:java
 * -Dexec.mainClass=io.duckherder.plan.BenchmarkReadPlanner -Dexec.classpathScope=test}.
 */
final class BenchmarkReadPlanner {
  private static final int GROUPS = 10_000;
  private static final int ROUNDS = 20;

  private BenchmarkReadPlanner() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("planner");
    Path file = folder.resolve("t.duckdb");
    try (PlannedDatabase database =
        PlannedDatabase.createWith(
            "ROW_GROUP_SIZE 2048",
            file,
            "CREATE TABLE t AS SELECT i AS a, i * 2 AS b, i::VARCHAR AS c, i::DOUBLE AS d"
                + " FROM range(%d) r(i)".formatted(GROUPS * 2_048L))) {
      PartitionTarget each = PartitionTarget.forSlots(1).withPartitions(GROUPS);
      String filter = "\"a\" >= 0 AND \"d\" < 1e12";
      long start = System.nanoTime();
      ReadPlan plan = database.read(each, "t", filter);
      System.out.printf("cold: %.0f ms%n", millis(start));
      double best = Double.MAX_VALUE;
      double total = 0;
      for (int round = 0; round < ROUNDS; round++) {
        start = System.nanoTime();
        plan = database.read(each, "t", filter);
        best = Math.min(best, millis(start));
        total += millis(start);
      }
      System.out.printf(
          "cached: %d partitions, best %.1f ms, mean %.1f ms%n",
          plan.fragments().size(), best, total / ROUNDS);
      long before = usedBytes();
      ReadPlan kept = database.read(each, "t", filter);
      System.out.printf(
          "memory: %d bytes a partition%n", (usedBytes() - before) / kept.fragments().size());
      TicketCodec codec = new TicketCodec(ClusterKey.derive("x"), Clock.systemUTC());
      start = System.nanoTime();
      long bytes = 0;
      for (Fragment fragment : kept.fragments()) {
        bytes += codec.seal(fragment, Duration.ofMinutes(1)).length;
      }
      System.out.printf(
          "tickets: %d bytes each, %.0f ms for all%n",
          bytes / kept.fragments().size(), millis(start));
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static long usedBytes() {
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

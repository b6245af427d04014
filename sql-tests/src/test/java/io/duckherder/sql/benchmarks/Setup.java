package io.duckherder.sql.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a session asks for its queries to be run.
 *
 * @param workers how many workers the cluster has
 * @param mode {@code auto}, {@code distributed} or {@code single}
 * @param sizes what counts as big
 */
record Setup(int workers, String mode, Sizes sizes) {
  private static final int SAMPLE = 5;

  /** What the planner takes for big. The tables are small, so its own sizes would cut few. */
  enum Sizes {
    /** Tables are cut; small sides of joins and small groups are as they are in large databases. */
    SCALED(
        Map.of(
            "duckherder_minimum_rows", 20_000,
            "duckherder_partition_rows", 20_000,
            "duckherder_broadcast_rows", 30_000,
            "duckherder_group_rows", 10_000)),

    /** Nothing is small: whatever can be exchanged is. */
    EXCHANGED(
        Map.of(
            "duckherder_minimum_rows", 0,
            "duckherder_partition_rows", 10_000,
            "duckherder_broadcast_rows", 100,
            "duckherder_rescan_tasks", 0,
            "duckherder_group_rows", 10));

    private final Map<String, Integer> settings;

    Sizes(Map<String, Integer> settings) {
      this.settings = settings;
    }
  }

  /** The statements that make a session so. */
  List<String> statements() {
    List<String> statements = new ArrayList<>();
    statements.add("SET duckherder_execution = '" + mode + "'");
    // The order of Map.of differs from run to run.
    new TreeMap<>(sizes.settings)
        .forEach((name, value) -> statements.add("SET " + name + " = " + value));
    return statements;
  }

  @Override
  public String toString() {
    return "%s with %d workers, %s".formatted(mode, workers, sizes.name().toLowerCase(Locale.ROOT));
  }

  /**
   * Those of every build; with {@code -Dduckherder.matrix=full}, all.
   *
   * @return each with how far apart the queries are that it runs: 1 for all
   */
  static Map<Setup, Integer> chosen() {
    Map<Setup, Integer> setups = new LinkedHashMap<>();
    if (!System.getProperty("duckherder.matrix", "").equals("full")) {
      setups.put(new Setup(3, "distributed", Sizes.EXCHANGED), 1);
      setups.put(new Setup(2, "auto", Sizes.SCALED), SAMPLE);
      return setups;
    }
    for (int workers : new int[] {1, 2, 3, 7}) {
      for (Sizes sizes : Sizes.values()) {
        setups.put(new Setup(workers, "distributed", sizes), 1);
        setups.put(new Setup(workers, "auto", sizes), 1);
      }
      setups.put(new Setup(workers, "single", Sizes.SCALED), 1);
    }
    return setups;
  }
}

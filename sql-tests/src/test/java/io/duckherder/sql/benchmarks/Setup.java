package io.duckherder.sql.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a session asks for its queries to be run.
 *
 * @param workers how many workers the cluster has
 * @param mode {@code auto}, {@code distributed} or {@code single}
 * @param sizes what counts as big
 */
record Setup(int workers, String mode, Sizes sizes) {

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
    sizes.settings.forEach((name, value) -> statements.add("SET " + name + " = " + value));
    return statements;
  }

  @Override
  public String toString() {
    return "%s with %d workers, %s".formatted(mode, workers, sizes.name().toLowerCase(Locale.ROOT));
  }

  /** Those of every build; with {@code -Dduckherder.matrix=full}, all. */
  static List<Setup> chosen() {
    if (!System.getProperty("duckherder.matrix", "").equals("full")) {
      return List.of(
          new Setup(3, "distributed", Sizes.EXCHANGED),
          new Setup(2, "auto", Sizes.SCALED),
          new Setup(1, "single", Sizes.SCALED));
    }
    List<Setup> setups = new ArrayList<>();
    for (int workers : new int[] {1, 2, 3, 7}) {
      for (Sizes sizes : Sizes.values()) {
        setups.add(new Setup(workers, "distributed", sizes));
        setups.add(new Setup(workers, "auto", sizes));
      }
      setups.add(new Setup(workers, "single", Sizes.SCALED));
    }
    return setups;
  }
}

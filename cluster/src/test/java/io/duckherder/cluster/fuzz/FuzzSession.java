package io.duckherder.cluster.fuzz;

import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a session, as SET statements.
 *
 * @param shared those that DuckDB has too
 * @param cluster those that say how the cluster runs queries
 */
record FuzzSession(List<String> shared, List<String> cluster) {
  static FuzzSession random(Choices choices) {
    List<String> shared = new ArrayList<>();
    shared.add(
        "SET TimeZone = '"
            + choices.of("UTC", "UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu")
            + "'");
    shared.add("SET VARIABLE threshold = " + choices.of("3", "7", "NULL"));
    maybe(
        choices,
        shared,
        "SET default_null_order = '"
            + choices.of(
                "nulls_first", "nulls_last_on_asc_first_on_desc", "nulls_first_on_asc_last_on_desc")
            + "'");
    maybe(choices, shared, "SET default_order = 'DESC'");
    maybe(choices, shared, "SET integer_division = true");
    maybe(choices, shared, "SET ieee_floating_point_ops = false");
    maybe(choices, shared, "SET default_collation = '" + choices.of("nocase", "noaccent") + "'");
    maybe(choices, shared, "SET search_path = 'other,main'");
    List<String> cluster = new ArrayList<>();
    cluster.add(
        "SET duckherder_execution = '"
            + choices.of("distributed", "distributed", "distributed", "auto", "single")
            + "'");
    cluster.add("SET duckherder_minimum_rows = 0");
    cluster.add("SET duckherder_partition_rows = " + choices.of(1, 2048, 5000));
    cluster.add("SET duckherder_broadcast_rows = " + choices.of(0, 100, 5000, 300000));
    cluster.add("SET duckherder_rescan_tasks = " + choices.of(0, 1, 8));
    cluster.add("SET duckherder_group_rows = " + choices.of(0, 10, 200000));
    return new FuzzSession(shared, cluster);
  }

  private static void maybe(Choices choices, List<String> settings, String setting) {
    if (choices.percent(20)) {
      settings.add(setting);
    }
  }

  List<String> all() {
    List<String> all = new ArrayList<>(shared);
    all.addAll(cluster);
    return all;
  }

  /** Whether letters that the session takes for equal may be written in several ways. */
  boolean caseless() {
    return shared.stream().anyMatch(setting -> setting.contains("default_collation"));
  }
}

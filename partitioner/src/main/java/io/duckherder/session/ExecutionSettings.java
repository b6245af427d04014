package io.duckherder.session;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of a session that decide how its queries run, and never what they answer. A client
 * sets them as it sets DuckDB's own: {@code SET duckherder_execution = 'single'}.
 *
 * @param mode whether to cut queries
 * @param minimumRows rows of all tables that a query reads, under which it runs on one worker
 * @param partitionRows most rows of one table that a task scans
 * @param broadcastRows rows up to which each task reads a side of a join whole
 * @param rescanTasks tasks up to which each scans a big table and keeps its share of the keys; for
 *     more, the table's rows are exchanged
 * @param groupRows groups above which aggregates are finished on the workers, by key, rather than
 *     on the driver
 * @param resultCache whether the answer may be one that was kept, and is kept
 */
public record ExecutionSettings(
    Mode mode,
    long minimumRows,
    long partitionRows,
    long broadcastRows,
    int rescanTasks,
    long groupRows,
    boolean resultCache) {

  public static final ExecutionSettings DEFAULT =
      new ExecutionSettings(Mode.AUTO, 500_000, 15_728_640, 300_000, 8, 2_000_000, false);

  /** Whether to cut queries into stages. */
  public enum Mode {
    /** Where it is likely to pay. */
    AUTO,
    /** Wherever it is right. */
    DISTRIBUTED,
    /** Never. */
    SINGLE
  }

  private static final String EXECUTION = "duckherder_execution";
  private static final String MINIMUM_ROWS = "duckherder_minimum_rows";
  private static final String PARTITION_ROWS = "duckherder_partition_rows";
  private static final String BROADCAST_ROWS = "duckherder_broadcast_rows";
  private static final String RESCAN_TASKS = "duckherder_rescan_tasks";
  private static final String GROUP_ROWS = "duckherder_group_rows";
  private static final String RESULT_CACHE = "duckherder_result_cache";

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(DEFAULT.values().keySet());
  }

  /** Whether a name, in any case, is one of these settings. */
  public static boolean contains(String name) {
    return DEFAULT.values().containsKey(name.toLowerCase(Locale.ROOT));
  }

  /** Setting to value, as text, sorted by name. */
  public Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    values.put(EXECUTION, mode.name().toLowerCase(Locale.ROOT));
    values.put(MINIMUM_ROWS, String.valueOf(minimumRows));
    values.put(PARTITION_ROWS, String.valueOf(partitionRows));
    values.put(BROADCAST_ROWS, String.valueOf(broadcastRows));
    values.put(RESCAN_TASKS, String.valueOf(rescanTasks));
    values.put(GROUP_ROWS, String.valueOf(groupRows));
    values.put(RESULT_CACHE, String.valueOf(resultCache));
    return values;
  }

  /**
   * These settings with one changed.
   *
   * @throws DuckherderException INVALID_OPTION if the name or the value is none
   */
  public ExecutionSettings with(String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    Map<String, String> values = values();
    if (values.put(lower, value) == null) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Unknown setting \"%s\" (expected one of %s)"
              .formatted(name, String.join(", ", names())));
    }
    return new ExecutionSettings(
        mode(values.getOrDefault(EXECUTION, "")),
        rows(MINIMUM_ROWS, values, 0),
        rows(PARTITION_ROWS, values, 1),
        rows(BROADCAST_ROWS, values, 0),
        (int) Math.min(Integer.MAX_VALUE, rows(RESCAN_TASKS, values, 0)),
        rows(GROUP_ROWS, values, 0),
        flag(values.getOrDefault(RESULT_CACHE, "")));
  }

  /** These settings with one back at its default. */
  public ExecutionSettings without(String name) {
    return with(name, DEFAULT.values().getOrDefault(name.toLowerCase(Locale.ROOT), ""));
  }

  private static Mode mode(String value) {
    for (Mode mode : Mode.values()) {
      if (mode.name().equalsIgnoreCase(value)) {
        return mode;
      }
    }
    throw invalid(EXECUTION, value, "auto, distributed or single");
  }

  private static long rows(String name, Map<String, String> values, long least) {
    String value = values.getOrDefault(name, "");
    try {
      long rows = Long.parseLong(value);
      if (rows >= least) {
        return rows;
      }
    } catch (NumberFormatException e) {
      // Told below, as a number that is too small.
    }
    throw invalid(name, value, "a whole number from %d on".formatted(least));
  }

  private static boolean flag(String value) {
    if (value.equalsIgnoreCase("true") || value.equals("1")) {
      return true;
    }
    if (value.equalsIgnoreCase("false") || value.equals("0")) {
      return false;
    }
    throw invalid(RESULT_CACHE, value, "true or false");
  }

  private static DuckherderException invalid(String name, String value, String expected) {
    return new DuckherderException(
        StandardErrorCode.INVALID_OPTION,
        "Invalid value \"%s\" for %s (expected %s)".formatted(value, name, expected));
  }
}

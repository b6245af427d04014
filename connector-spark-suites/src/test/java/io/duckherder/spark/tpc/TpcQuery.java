package io.duckherder.spark.tpc;

import java.util.List;
import java.util.regex.Pattern;

/** One query of a benchmark, under the name that Spark gives it. */
record TpcQuery(TpcBenchmark benchmark, String name) {
  private static final Pattern LAST_LIMIT =
      Pattern.compile("\\blimit\\s+\\d+\\s*;?\\s*$", Pattern.CASE_INSENSITIVE);

  private static final boolean FULL = "full".equals(System.getProperty("duckherder.matrix"));

  String sql() {
    return benchmark.text(name);
  }

  /** The query for all of its rows, where it asks for the first few. */
  String sqlWithoutLimit() {
    return LAST_LIMIT.matcher(sql()).replaceFirst("");
  }

  /**
   * The sources that are held against Parquet in this build: all, or for each query of TPC-H, and
   * some of TPC-DS, the one with most pushdown and another.
   */
  List<TpcSource> sources() {
    List<TpcSource> all = TpcSource.tested();
    if (FULL) {
      return all;
    }
    int number = benchmark.queries().indexOf(this);
    if (number % benchmark.step() != 0) {
      return List.of();
    }
    return List.of(TpcSource.FILE, all.get(1 + number / benchmark.step() % (all.size() - 1)));
  }

  @Override
  public String toString() {
    return benchmark + " " + name;
  }
}

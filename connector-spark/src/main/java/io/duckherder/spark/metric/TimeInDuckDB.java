package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** Milliseconds that DuckDB worked for the rows, in executors or in workers, summed over tasks. */
public final class TimeInDuckDB extends CustomSumMetric {
  public static final String NAME = "timeInDuckDB";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "time in DuckDB in ms";
  }
}

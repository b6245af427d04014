package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/**
 * Milliseconds that tasks waited for the next batch, in which DuckDB made it, summed over tasks.
 */
public final class TimeWaiting extends CustomSumMetric {
  public static final String NAME = "timeWaiting";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "time waiting for DuckDB in ms";
  }
}

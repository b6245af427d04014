package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** Streams that went on at another worker, summed over tasks. */
public final class Retries extends CustomSumMetric {
  public static final String NAME = "retries";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "streams that broke and went on at another worker";
  }
}

package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** Partitions that were not planned, for no row of theirs passes the filter. */
public final class PartitionsSkipped extends CustomSumMetric {
  public static final String NAME = "partitionsSkipped";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "partitions skipped by row-group statistics";
  }
}

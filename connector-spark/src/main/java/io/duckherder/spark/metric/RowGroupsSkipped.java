package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The row groups that statistics rule out, which nobody reads; known to Spark's driver. */
public final class RowGroupsSkipped extends CustomSumMetric {
  public static final String NAME = "rowGroupsSkipped";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "row groups skipped";
  }
}

package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/**
 * The row groups that may hold rows that are wanted, as their statistics tell; known to Spark's
 * driver.
 */
public final class RowGroupsScanned extends CustomSumMetric {
  public static final String NAME = "rowGroupsScanned";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "row groups scanned";
  }
}

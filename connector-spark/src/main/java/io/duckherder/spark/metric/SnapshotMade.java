package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The number of the snapshot that a write made; of Spark's driver alone. */
public final class SnapshotMade extends CustomSumMetric {
  public static final String NAME = "snapshotMade";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "snapshot made";
  }
}

package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The batches received from DuckDB, summed over tasks. */
public final class BatchesReceived extends CustomSumMetric {
  public static final String NAME = "batchesReceived";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "batches received from DuckDB";
  }
}

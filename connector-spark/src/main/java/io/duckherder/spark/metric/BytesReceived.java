package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The bytes received from DuckDB, summed over tasks. */
public final class BytesReceived extends CustomSumMetric {
  public static final String NAME = "bytesReceived";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "bytes received from DuckDB";
  }
}

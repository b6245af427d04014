package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The bytes of Arrow given to DuckDB, summed over tasks. */
public final class BytesWritten extends CustomSumMetric {
  public static final String NAME = "bytesWritten";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "bytes given to DuckDB";
  }
}

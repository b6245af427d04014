package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The rows received from DuckDB, summed over tasks. */
public final class RowsReceived extends CustomSumMetric {
  public static final String NAME = "rowsReceived";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "rows received from DuckDB";
  }
}

package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The rows given to DuckDB, summed over tasks. */
public final class RowsWritten extends CustomSumMetric {
  public static final String NAME = "rowsWritten";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "rows given to DuckDB";
  }
}

package io.duckherder.spark;

import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;

/** The builder of reads without pushdown: Spark can choose columns, and no more. Driver-only. */
final class ColumnsScanBuilder implements SupportsPushDownRequiredColumns {
  private final SupportsPushDownRequiredColumns builder;

  ColumnsScanBuilder(SupportsPushDownRequiredColumns builder) {
    this.builder = builder;
  }

  @Override
  public void pruneColumns(StructType required) {
    builder.pruneColumns(required);
  }

  @Override
  public Scan build() {
    return builder.build();
  }
}

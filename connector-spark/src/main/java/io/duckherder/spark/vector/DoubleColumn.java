package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** 64-bit floating point. */
final class DoubleColumn extends FixedWidthColumn {
  DoubleColumn(DataType type) {
    super(type);
  }

  @Override
  public double getDouble(int row) {
    return Platform.getDouble(null, data + 8L * row);
  }
}

package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Signed 32-bit integers. */
final class IntColumn extends FixedWidthColumn {
  IntColumn(DataType type) {
    super(type);
  }

  @Override
  public int getInt(int row) {
    return Platform.getInt(null, data + 4L * row);
  }
}

package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** 32-bit floating point. */
final class FloatColumn extends FixedWidthColumn {
  FloatColumn(DataType type) {
    super(type);
  }

  @Override
  public float getFloat(int row) {
    return Platform.getFloat(null, data + 4L * row);
  }
}

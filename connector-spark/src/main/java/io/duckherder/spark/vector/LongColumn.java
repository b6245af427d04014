package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Signed 64-bit integers. */
final class LongColumn extends FixedWidthColumn {
  LongColumn(DataType type) {
    super(type);
  }

  @Override
  public long getLong(int row) {
    return Platform.getLong(null, data + 8L * row);
  }
}

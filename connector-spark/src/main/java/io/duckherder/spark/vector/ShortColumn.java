package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Signed 16-bit integers. */
final class ShortColumn extends FixedWidthColumn {
  ShortColumn(DataType type) {
    super(type);
  }

  @Override
  public short getShort(int row) {
    return Platform.getShort(null, data + 2L * row);
  }
}

package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Unsigned 16-bit integers as ints. */
final class UnsignedShortColumn extends FixedWidthColumn {
  UnsignedShortColumn(DataType type) {
    super(type);
  }

  @Override
  public int getInt(int row) {
    return Platform.getShort(null, data + 2L * row) & 0xFFFF;
  }
}

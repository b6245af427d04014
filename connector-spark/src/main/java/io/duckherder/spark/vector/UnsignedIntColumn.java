package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Unsigned 32-bit integers as longs. */
final class UnsignedIntColumn extends FixedWidthColumn {
  UnsignedIntColumn(DataType type) {
    super(type);
  }

  @Override
  public long getLong(int row) {
    return Platform.getInt(null, data + 4L * row) & 0xFFFF_FFFFL;
  }
}

package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Bits as booleans. */
final class BooleanColumn extends FixedWidthColumn {
  BooleanColumn(DataType type) {
    super(type);
  }

  @Override
  public boolean getBoolean(int row) {
    return (Platform.getByte(null, data + (row >> 3)) & (1 << (row & 7))) != 0;
  }
}

package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Signed 8-bit integers. */
final class ByteColumn extends FixedWidthColumn {
  ByteColumn(DataType type) {
    super(type);
  }

  @Override
  public byte getByte(int row) {
    return Platform.getByte(null, data + row);
  }
}

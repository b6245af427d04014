package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Unsigned 8-bit integers as shorts. */
final class UnsignedByteColumn extends FixedWidthColumn {
  UnsignedByteColumn(DataType type) {
    super(type);
  }

  @Override
  public short getShort(int row) {
    return (short) (Platform.getByte(null, data + row) & 0xFF);
  }
}

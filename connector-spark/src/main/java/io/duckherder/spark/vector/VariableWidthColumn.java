package io.duckherder.spark.vector;

import org.apache.arrow.vector.ValueVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** A column whose values lie one after the other, between 32-bit offsets. */
abstract class VariableWidthColumn extends ArrowColumn {
  /** Address of the first byte. */
  long data;

  private long offsets;

  VariableWidthColumn(DataType type) {
    super(type);
  }

  @Override
  final void attach(ValueVector vector) {
    data = vector.getDataBuffer().memoryAddress();
    offsets = vector.getOffsetBuffer().memoryAddress();
  }

  final int start(int row) {
    return Platform.getInt(null, offsets + 4L * row);
  }

  final int end(int row) {
    return Platform.getInt(null, offsets + 4L * row + 4);
  }

  final byte[] copy(int row) {
    int start = start(row);
    byte[] bytes = new byte[end(row) - start];
    Platform.copyMemory(null, data + start, bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length);
    return bytes;
  }
}

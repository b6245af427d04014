package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/** Byte strings, copied to the heap because Spark's have no other place. */
final class BinaryColumn extends VariableWidthColumn {
  BinaryColumn(DataType type) {
    super(type);
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    return isNullAt(row) ? null : copy(row);
  }
}

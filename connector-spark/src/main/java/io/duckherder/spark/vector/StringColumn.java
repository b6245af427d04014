package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Strings that point into Arrow memory. */
final class StringColumn extends VariableWidthColumn {
  StringColumn(DataType type) {
    super(type);
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    if (isNullAt(row)) {
      return null;
    }
    int start = start(row);
    return UTF8String.fromAddress(null, data + start, end(row) - start);
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    return isNullAt(row) ? null : copy(row);
  }
}

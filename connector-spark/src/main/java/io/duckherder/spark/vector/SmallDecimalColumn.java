package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/** Decimals of up to 18 digits: the low half of Arrow's 128 bits holds the whole value. */
final class SmallDecimalColumn extends FixedWidthColumn {
  SmallDecimalColumn(DataType type) {
    super(type);
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    if (isNullAt(row)) {
      return null;
    }
    return Decimal.createUnsafe(Platform.getLong(null, data + 16L * row), precision, scale);
  }

  @Override
  public long getLong(int row) {
    return Platform.getLong(null, data + 16L * row);
  }

  @Override
  public int getInt(int row) {
    return (int) getLong(row);
  }
}

package io.duckherder.spark.vector;

import java.math.BigDecimal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/** Unsigned 64-bit integers as decimals of 20 digits. */
final class UnsignedLongColumn extends FixedWidthColumn {
  UnsignedLongColumn(DataType type) {
    super(type);
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    if (isNullAt(row)) {
      return null;
    }
    long value = Platform.getLong(null, data + 8L * row);
    BigDecimal exact =
        value >= 0 ? BigDecimal.valueOf(value) : new BigDecimal(Long.toUnsignedString(value));
    return Decimal.apply(exact, precision, scale);
  }
}

package io.duckherder.spark.vector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/** Decimals of more than 18 digits, 128 bits each. */
final class BigDecimalColumn extends FixedWidthColumn {
  BigDecimalColumn(DataType type) {
    super(type);
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    if (isNullAt(row)) {
      return null;
    }
    return Decimal.apply(new BigDecimal(unscaled(data + 16L * row), scale), precision, scale);
  }

  private static BigInteger unscaled(long address) {
    long low = Platform.getLong(null, address);
    long high = Platform.getLong(null, address + 8);
    if (high == low >> 63) {
      return BigInteger.valueOf(low);
    }
    return new BigInteger(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
  }
}

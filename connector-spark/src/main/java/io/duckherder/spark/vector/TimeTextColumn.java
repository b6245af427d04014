package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Times of day as DuckDB writes them: 12:34:56 or 12:34:56.789. */
final class TimeTextColumn extends FixedWidthColumn {
  private final long unitsPerSecond;

  TimeTextColumn(DataType type, long unitsPerSecond) {
    super(type);
    this.unitsPerSecond = unitsPerSecond;
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long value = Platform.getLong(null, data + 8L * row);
    long seconds = value / unitsPerSecond;
    StringBuilder text = new StringBuilder(18);
    twoDigits(text, seconds / 3600).append(':');
    twoDigits(text, seconds / 60 % 60).append(':');
    twoDigits(text, seconds % 60);
    long fraction = value % unitsPerSecond;
    if (fraction != 0) {
      String digits = Long.toString(unitsPerSecond + fraction);
      int end = digits.length();
      while (digits.charAt(end - 1) == '0') {
        end--;
      }
      text.append('.').append(digits, 1, end);
    }
    return UTF8String.fromString(text.toString());
  }

  private static StringBuilder twoDigits(StringBuilder text, long value) {
    return text.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }
}

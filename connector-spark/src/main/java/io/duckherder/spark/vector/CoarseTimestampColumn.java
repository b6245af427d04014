package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Seconds or milliseconds since 1970, as microseconds. */
final class CoarseTimestampColumn extends FixedWidthColumn {
  private final String column;
  private final long factor;
  private final long first;
  private final long last;

  CoarseTimestampColumn(DataType type, String column, long factor) {
    super(type);
    this.column = column;
    this.factor = factor;
    this.first = Math.floorDiv(SparkRange.FIRST_MICRO, factor);
    this.last = Math.floorDiv(SparkRange.LAST_MICRO, factor);
  }

  @Override
  public long getLong(int row) {
    long value = Platform.getLong(null, data + 8L * row);
    if ((value < first || value > last) && !isNullAt(row)) {
      throw SparkRange.timestamp(column, value, factor);
    }
    return value * factor;
  }
}

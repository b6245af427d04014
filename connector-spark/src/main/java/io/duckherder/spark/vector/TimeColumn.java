package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Microseconds of the day as the nanoseconds that Spark's TIME holds. */
final class TimeColumn extends FixedWidthColumn {
  private final String column;

  TimeColumn(DataType type, String column) {
    super(type);
    this.column = column;
  }

  @Override
  public long getLong(int row) {
    long micros = Platform.getLong(null, data + 8L * row);
    if (micros >= SparkRange.DAY_MICROS && !isNullAt(row)) {
      throw SparkRange.time(column);
    }
    return micros * 1000L;
  }
}

package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Microseconds since 1970, in the years that Spark's timestamps have. */
final class TimestampColumn extends FixedWidthColumn {
  private final String column;

  TimestampColumn(DataType type, String column) {
    super(type);
    this.column = column;
  }

  @Override
  public long getLong(int row) {
    long micros = Platform.getLong(null, data + 8L * row);
    if ((micros < SparkRange.FIRST_MICRO || micros > SparkRange.LAST_MICRO) && !isNullAt(row)) {
      throw SparkRange.timestamp(column, micros, 1);
    }
    return micros;
  }
}

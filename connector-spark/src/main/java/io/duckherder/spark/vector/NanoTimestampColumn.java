package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Nanoseconds since 1970, as microseconds where nothing is lost. */
final class NanoTimestampColumn extends FixedWidthColumn {
  private final String column;

  NanoTimestampColumn(DataType type, String column) {
    super(type);
    this.column = column;
  }

  @Override
  public long getLong(int row) {
    long nanos = Platform.getLong(null, data + 8L * row);
    long micros = Math.floorDiv(nanos, 1000L);
    if (micros * 1000L != nanos && !isNullAt(row)) {
      throw SparkRange.nanoseconds(column, nanos);
    }
    return micros;
  }
}

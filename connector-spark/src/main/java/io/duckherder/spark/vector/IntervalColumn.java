package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.jspecify.annotations.Nullable;

/** Months, days and nanoseconds, as Spark's months, days and microseconds. */
final class IntervalColumn extends FixedWidthColumn {
  IntervalColumn(DataType type) {
    super(type);
  }

  @Override
  public @Nullable CalendarInterval getInterval(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long address = data + 16L * row;
    long nanos = Platform.getLong(null, address + 8);
    return new CalendarInterval(
        Platform.getInt(null, address), Platform.getInt(null, address + 4), nanos / 1000L);
  }
}

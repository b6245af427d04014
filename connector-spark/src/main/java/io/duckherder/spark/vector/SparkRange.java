package io.duckherder.spark.vector;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.time.LocalDate;

/**
 * The values that Spark's dates and times can hold, and the errors for those of DuckDB's beyond.
 */
final class SparkRange {
  static final int FIRST_DAY = (int) LocalDate.of(1, 1, 1).toEpochDay();
  static final int LAST_DAY = (int) LocalDate.of(9999, 12, 31).toEpochDay();
  static final long DAY_MICROS = 86_400_000_000L;
  static final long FIRST_MICRO = FIRST_DAY * DAY_MICROS;
  static final long LAST_MICRO = (LAST_DAY + 1) * DAY_MICROS - 1;

  /** Days either way that java.time can name. */
  private static final long MOST_DAYS = 300_000_000_000L;

  private SparkRange() {}

  static DuckherderException date(String column, int days) {
    String value =
        switch (days) {
          case Integer.MAX_VALUE -> "infinity";
          case -Integer.MAX_VALUE -> "-infinity";
          default -> LocalDate.ofEpochDay(days).toString();
        };
    return outside("date", column, value);
  }

  static DuckherderException timestamp(String column, long value, long microsPerUnit) {
    String text;
    if (value == Long.MAX_VALUE) {
      text = "infinity";
    } else if (value == -Long.MAX_VALUE) {
      text = "-infinity";
    } else {
      long day = Math.floorDiv(value, DAY_MICROS / microsPerUnit);
      text = Math.abs(day) < MOST_DAYS ? LocalDate.ofEpochDay(day).toString() : "of day " + day;
    }
    return outside("timestamp", column, text);
  }

  static DuckherderException nanoseconds(String column, long nanos) {
    if (nanos == Long.MAX_VALUE || nanos == -Long.MAX_VALUE) {
      return outside("timestamp", column, nanos > 0 ? "infinity" : "-infinity");
    }
    return new DuckherderException(
        StandardErrorCode.INVALID_DATA,
        "Cannot read column \""
            + column
            + "\": Spark's timestamps hold microseconds, and a value has "
            + Math.floorMod(nanos, 1000L)
            + " nanoseconds more; cast the column to TIMESTAMP with the option query");
  }

  static DuckherderException time(String column) {
    return new DuckherderException(
        StandardErrorCode.INVALID_DATA,
        "Cannot read column \""
            + column
            + "\": Spark's TIME ends before 24:00:00; set spark.sql.timeType.enabled to false to"
            + " read times as strings");
  }

  private static DuckherderException outside(String what, String column, String value) {
    return new DuckherderException(
        StandardErrorCode.INVALID_DATA,
        "Cannot read column \""
            + column
            + "\": the "
            + what
            + " "
            + value
            + " is outside Spark's years 0001 to 9999; filter or convert it with the option query");
  }
}

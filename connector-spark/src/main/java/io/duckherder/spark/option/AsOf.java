package io.duckherder.spark.option;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlText;
import java.time.ZoneId;
import java.util.Optional;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;

/** The clause by which DuckDB's SQL names an older state of a table. */
public final class AsOf {
  private AsOf() {}

  /** The clause for a snapshot's number or name. */
  public static String version(String version) {
    return " AT (VERSION => " + SqlText.literal(version) + ")";
  }

  /** The clause for the newest snapshot that is as old as a time, in microseconds. */
  public static String timestamp(long micros) {
    return " AT (TIMESTAMP => make_timestamptz(" + micros + "))";
  }

  /** The clause that options ask for, empty if they do not. */
  public static String clause(DuckherderOptions options) {
    Optional<String> version = options.value(DuckherderOption.VERSION_AS_OF);
    return version
        .map(AsOf::version)
        .or(() -> options.value(DuckherderOption.TIMESTAMP_AS_OF).map(AsOf::timestamp))
        .orElse("");
  }

  /** A time as Spark's SQL reads it, where it has no zone in the session's. */
  private static String timestamp(String text) {
    Option<Object> micros =
        DateTimeUtils.stringToTimestamp(
            UTF8String.fromString(text.trim()), ZoneId.of(SQLConf.get().sessionLocalTimeZone()));
    if (micros.isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Invalid option \"%s\": \"%s\" (expected a time like 2026-01-31 12:00:00)"
              .formatted(DuckherderOption.TIMESTAMP_AS_OF.key(), text));
    }
    return timestamp((long) micros.get());
  }
}

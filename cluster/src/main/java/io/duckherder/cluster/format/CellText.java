package io.duckherder.cluster.format;

import io.duckherder.cluster.client.IntervalValue;
import io.duckherder.cluster.client.MapValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A value as DuckDB's own casts to VARCHAR write it. */
final class CellText {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd ")
          .append(TIME)
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xxx", Locale.ROOT);
  private static final double PLAIN_FROM = 1e-5;
  private static final double PLAIN_TO = 1e16;
  private static final int MONTHS = 12;

  private CellText() {}

  /** A value that is not NULL. */
  static String of(Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof Double || value instanceof Float) {
      return floating((Number) value);
    }
    if (value instanceof byte[] bytes) {
      return blob(bytes);
    }
    if (value instanceof LocalTime time) {
      return TIME.format(time);
    }
    if (value instanceof LocalDateTime timestamp) {
      return TIMESTAMP.format(timestamp);
    }
    if (value instanceof OffsetDateTime timestamp) {
      return TIMESTAMP.format(timestamp) + offset(timestamp.getOffset());
    }
    if (value instanceof IntervalValue interval) {
      return interval(interval);
    }
    return nested(value);
  }

  /** A value inside another, where NULL has a text. */
  private static String inner(@Nullable Object value) {
    return value == null ? "NULL" : of(value);
  }

  private static String nested(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(CellText::inner).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof MapValue map) {
      return map.entries().stream()
          .map(entry -> inner(entry.key()) + "=" + inner(entry.value()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof Map<?, ?> struct) {
      return struct.entrySet().stream()
          .map(field -> "'" + field.getKey() + "': " + inner(field.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return value.toString();
  }

  private static String floating(Number value) {
    double number = value.doubleValue();
    double size = Math.abs(number);
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    String text = value.toString();
    if (!text.contains("E")) {
      return text;
    }
    if (size >= PLAIN_FROM && size < PLAIN_TO) {
      String plain = new BigDecimal(text).toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    return text.replace(".0E", "E").replace("E-", "e-").replace("E", "e+");
  }

  private static String blob(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte one : bytes) {
      boolean plain = one >= ' ' && one <= '~' && one != '\\' && one != '\'' && one != '"';
      text.append(
          plain
              ? new String(new byte[] {one}, StandardCharsets.US_ASCII)
              : String.format(Locale.ROOT, "\\x%02X", one));
    }
    return text.toString();
  }

  private static String offset(ZoneOffset offset) {
    String text = OFFSET.format(offset);
    return text.endsWith(":00") ? text.substring(0, text.length() - 3) : text;
  }

  private static String interval(IntervalValue interval) {
    StringBuilder text = new StringBuilder();
    part(text, interval.months() / MONTHS, "year");
    part(text, interval.months() % MONTHS, "month");
    part(text, interval.days(), "day");
    Duration time = interval.time();
    if (!time.isZero() || text.isEmpty()) {
      text.append(text.isEmpty() ? "" : " ").append(time.isNegative() ? "-" : "");
      Duration size = time.abs();
      text.append(
          String.format(
              Locale.ROOT,
              "%02d:%02d:%02d",
              size.toHours(),
              size.toMinutesPart(),
              size.toSecondsPart()));
      if (size.toNanosPart() != 0) {
        text.append(String.format(Locale.ROOT, ".%09d", size.toNanosPart()).replaceAll("0+$", ""));
      }
    }
    return text.toString();
  }

  private static void part(StringBuilder text, long count, String unit) {
    if (count != 0) {
      text.append(text.isEmpty() ? "" : " ").append(count).append(' ').append(unit);
      text.append(Math.abs(count) == 1 ? "" : "s");
    }
  }
}

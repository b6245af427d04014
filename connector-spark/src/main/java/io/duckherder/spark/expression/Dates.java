package io.duckherder.spark.expression;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Functions on dates and on wall-clock times, which both engines count by the Gregorian calendar
 * without its beginning. Instants have a date only in a time zone: they are not translated.
 */
final class Dates {
  /** As many days as there are from the first to the last date that Spark can show. */
  private static final int MOST_DAYS = 3_652_058;

  private Dates() {}

  /** A part of a date or time, by the name that Spark has for it. */
  static Optional<Term> extract(String field, Term source) {
    return switch (field) {
      case "YEAR" -> ofDate("year", source, Bounds.of(-6_000_000, 6_000_000));
      case "YEAR_OF_WEEK" -> ofDate("isoyear", source, Bounds.of(-6_000_000, 6_000_000));
      case "QUARTER" -> ofDate("quarter", source, Bounds.of(1, 4));
      case "MONTH" -> ofDate("month", source, Bounds.of(1, 12));
      case "WEEK" -> ofDate("week", source, Bounds.of(1, 53));
      case "DAY" -> ofDate("day", source, Bounds.of(1, 31));
      case "DAY_OF_YEAR" -> ofDate("dayofyear", source, Bounds.of(1, 366));
      case "DAY_OF_WEEK" -> ofDate("isodow", source, Bounds.of(1, 7));
      case "HOUR" -> ofTime("hour", source, Bounds.of(0, 23));
      case "MINUTE" -> ofTime("minute", source, Bounds.of(0, 59));
      case "SECOND" -> ofTime("second", source, Bounds.of(0, 59));
      default -> Optional.empty();
    };
  }

  private static Optional<Term> ofDate(String function, Term source, Bounds bounds) {
    return part(function, source, DataTypes.DateType, bounds);
  }

  private static Optional<Term> ofTime(String function, Term source, Bounds bounds) {
    return part(function, source, DataTypes.TimestampNTZType, bounds);
  }

  private static Optional<Term> part(
      String function, Term source, DataType expected, Bounds bounds) {
    if (!source.type().equals(expected)) {
      return Optional.empty();
    }
    String sql = function + "(" + source.sql() + ")";
    return Optional.of(
        Term.of(sql, DataTypes.IntegerType, List.of(source))
            .withoutRisk(Risk.FAR_DATE)
            .withRisk(Risk.WIDE_NUMBER)
            .withBounds(bounds));
  }

  /** With days that are a literal. */
  static Optional<Term> add(List<Term> arguments) {
    Term date = arguments.get(0);
    Optional<Integer> days =
        arguments
            .get(1)
            .constant(Number.class)
            .map(Number::intValue)
            .filter(value -> value >= -MOST_DAYS && value <= MOST_DAYS);
    return days.filter(value -> isNear(date))
        .map(
            value ->
                Term.of("(" + date.sql() + " + (" + value + "))", date.type(), arguments)
                    .withRisk(Risk.FAR_DATE));
  }

  /** The days from the second to the first. */
  static Optional<Term> difference(List<Term> arguments) {
    Term end = arguments.get(0);
    Term start = arguments.get(1);
    if (!isNear(end) || !isNear(start)) {
      return Optional.empty();
    }
    String call = "date_diff('day', " + start.sql() + ", " + end.sql() + ")";
    return Optional.of(Term.of(call, DataTypes.IntegerType, arguments).withRisk(Risk.WIDE_NUMBER));
  }

  /** To a part that is a literal. */
  static Optional<Term> truncate(List<Term> arguments) {
    Term date = arguments.get(0);
    return arguments
        .get(1)
        .constant(UTF8String.class)
        .flatMap(Dates::truncation)
        .filter(part -> isNear(date))
        .map(
            part ->
                Term.of(
                    PlainType.cast("date_trunc('" + part + "', " + date.sql() + ")", date.type()),
                    date.type(),
                    arguments));
  }

  private static Optional<String> truncation(UTF8String format) {
    return switch (format.toString().toUpperCase(Locale.ROOT)) {
      case "YEAR", "YYYY", "YY" -> Optional.of("year");
      case "QUARTER" -> Optional.of("quarter");
      case "MONTH", "MON", "MM" -> Optional.of("month");
      case "WEEK" -> Optional.of("week");
      default -> Optional.empty();
    };
  }

  private static boolean isNear(Term date) {
    return date.type().equals(DataTypes.DateType) && !date.risks().contains(Risk.FAR_DATE);
  }
}

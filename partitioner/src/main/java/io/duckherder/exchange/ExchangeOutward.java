package io.duckherder.exchange;

import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL that takes a value to its exchange form. A union crosses as its tag and its members, a tuple
 * as a struct, an interval as its three numbers; {@link ExchangeReturn} puts them together again.
 */
final class ExchangeOutward {
  /** The member that names which of a union's members is set; the others are {@link #member}. */
  static final String TAG = "tag";

  static final String MONTHS = "months";
  static final String DAYS = "days";
  static final String MICROS = "micros";

  private ExchangeOutward() {}

  static String convert(String value, DuckDBType type) {
    return convert(value, type, 0);
  }

  /** How the member at a place, from 0, is called in the form of a type that is taken apart. */
  static String member(int place) {
    return "m" + place;
  }

  static String transform(String list, String variable, String element) {
    return SqlText.call("list_transform", list, "lambda " + variable + ": " + element);
  }

  static String unlessNull(String value, String otherwise) {
    return "CASE WHEN " + value + " IS NULL THEN NULL ELSE " + otherwise + " END";
  }

  private static String convert(String value, DuckDBType type, int depth) {
    if (!ExchangeForm.isRebuilt(type)) {
      DuckDBType form = ExchangeForm.form(type);
      return form.equals(type) ? value : "CAST(" + value + " AS " + form + ")";
    }
    String x = "x" + depth;
    if (type instanceof DuckDBType.ListOf list) {
      return transform(value, x, convert(x, list.element(), depth + 1));
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      return transform(value, x, convert(x, array.element(), depth + 1));
    }
    if (type instanceof DuckDBType.MapOf map) {
      String key = convert(x + ".key", map.key(), depth + 1);
      String element = convert(x + ".value", map.value(), depth + 1);
      String entry = SqlText.call("struct_pack", "\"key\" := " + key, "\"value\" := " + element);
      return unlessNull(value, transform(SqlText.call("map_entries", value), x, entry));
    }
    return type instanceof DuckDBType.Composite composite
        ? members(value, composite, depth)
        : interval(value);
  }

  private static String members(String value, DuckDBType.Composite type, int depth) {
    List<String> parts = new ArrayList<>();
    if (type.kind() == DuckDBType.Kind.UNION) {
      parts.add(TAG + " := CAST(" + SqlText.call("union_tag", value) + " AS VARCHAR)");
    }
    for (int i = 0; i < type.members().size(); i++) {
      DuckDBType.Member member = type.members().get(i);
      String name = SqlText.literal(member.name());
      String part =
          switch (type.kind()) {
            case STRUCT -> SqlText.call("struct_extract", value, name);
            case UNION -> SqlText.call("union_extract", value, name);
            case TUPLE -> SqlText.call("struct_extract", value, String.valueOf(i + 1));
          };
      parts.add(member(i) + " := " + convert(part, member.type(), depth + 1));
    }
    return unlessNull(value, SqlText.call("struct_pack", parts));
  }

  /** Arrow would count the time in nanoseconds, of which 64 bits hold less than DuckDB's micros. */
  private static String interval(String value) {
    String months = sum(times(part("year", value), "12"), part("month", value));
    String micros =
        sum(
            sum(times(part("hour", value), "3600000000"), times(part("minute", value), "60000000")),
            part("microsecond", value));
    return unlessNull(
        value,
        SqlText.call(
            "struct_pack",
            MONTHS + " := CAST(" + months + " AS INTEGER)",
            DAYS + " := CAST(" + part("day", value) + " AS INTEGER)",
            MICROS + " := " + micros));
  }

  private static String part(String name, String value) {
    return SqlText.call("date_part", "'" + name + "'", value);
  }

  private static String times(String one, String other) {
    return SqlText.call("*", one, other);
  }

  private static String sum(String one, String other) {
    return SqlText.call("+", one, other);
  }
}

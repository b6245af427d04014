package io.duckherder.exchange;

import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** SQL that takes a value back from the form that {@link ExchangeOutward} gave it. */
final class ExchangeReturn {
  private ExchangeReturn() {}

  static String convert(String value, DuckDBType type) {
    return convert(value, type, 0);
  }

  private static String convert(String value, DuckDBType type, int depth) {
    if (!ExchangeForm.isRebuilt(type)) {
      return cast(value, type);
    }
    String x = "x" + depth;
    if (type instanceof DuckDBType.ListOf list) {
      return cast(elements(value, list.element(), depth), type);
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      return cast(elements(value, array.element(), depth), type);
    }
    if (type instanceof DuckDBType.MapOf map) {
      String key = convert(x + ".key", map.key(), depth + 1);
      String element = convert(x + ".value", map.value(), depth + 1);
      String entry = SqlText.call("struct_pack", "\"key\" := " + key, "\"value\" := " + element);
      String entries = ExchangeOutward.transform(value, x, entry);
      return ExchangeOutward.unlessNull(
          value, cast(SqlText.call("map_from_entries", entries), type));
    }
    if (type instanceof DuckDBType.Composite composite) {
      return switch (composite.kind()) {
        case STRUCT -> struct(value, composite, depth);
        case TUPLE -> tuple(value, composite, depth);
        case UNION -> union(value, composite, depth);
      };
    }
    return interval(value);
  }

  private static String elements(String value, DuckDBType element, int depth) {
    String x = "x" + depth;
    return ExchangeOutward.transform(value, x, convert(x, element, depth + 1));
  }

  private static String struct(String value, DuckDBType.Composite type, int depth) {
    List<String> members =
        IntStream.range(0, type.members().size())
            .mapToObj(
                i ->
                    SqlText.identifier(type.members().get(i).name())
                        + " := "
                        + member(value, type, i, depth))
            .toList();
    return ExchangeOutward.unlessNull(value, cast(SqlText.call("struct_pack", members), type));
  }

  private static String tuple(String value, DuckDBType.Composite type, int depth) {
    List<String> members =
        IntStream.range(0, type.members().size())
            .mapToObj(i -> member(value, type, i, depth))
            .toList();
    return ExchangeOutward.unlessNull(value, cast(SqlText.call("row", members), type));
  }

  private static String union(String value, DuckDBType.Composite type, int depth) {
    String cases =
        IntStream.range(0, type.members().size())
            .mapToObj(
                i -> {
                  String name = type.members().get(i).name();
                  String set =
                      SqlText.call(
                          "union_value",
                          SqlText.identifier(name) + " := " + member(value, type, i, depth));
                  return " WHEN " + SqlText.literal(name) + " THEN " + cast(set, type);
                })
            .collect(Collectors.joining());
    return "CASE " + extract(value, ExchangeOutward.TAG) + cases + " ELSE NULL END";
  }

  private static String member(String value, DuckDBType.Composite type, int place, int depth) {
    return convert(
        extract(value, ExchangeOutward.member(place)), type.members().get(place).type(), depth + 1);
  }

  private static String interval(String value) {
    String days =
        SqlText.call(
            "+",
            SqlText.call("to_months", extract(value, ExchangeOutward.MONTHS)),
            SqlText.call("to_days", extract(value, ExchangeOutward.DAYS)));
    return SqlText.call(
        "+", days, SqlText.call("to_microseconds", extract(value, ExchangeOutward.MICROS)));
  }

  private static String extract(String struct, String member) {
    return SqlText.call("struct_extract", struct, "'" + member + "'");
  }

  private static String cast(String value, DuckDBType type) {
    return "CAST(" + value + " AS " + type + ")";
  }
}

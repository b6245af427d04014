package io.duckherder.exchange;

import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
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
      String entry = "{'key': " + key + ", 'value': " + element + "}";
      String entries = ExchangeOutward.transform(value, x, entry);
      return ExchangeOutward.unlessNull(value, cast("map_from_entries(" + entries + ")", type));
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
    String members =
        IntStream.range(0, type.members().size())
            .mapToObj(
                i ->
                    SqlText.literal(type.members().get(i).name())
                        + ": "
                        + member(value, type, i, depth))
            .collect(Collectors.joining(", "));
    return ExchangeOutward.unlessNull(value, cast("{" + members + "}", type));
  }

  private static String tuple(String value, DuckDBType.Composite type, int depth) {
    String members =
        IntStream.range(0, type.members().size())
            .mapToObj(i -> member(value, type, i, depth))
            .collect(Collectors.joining(", "));
    return ExchangeOutward.unlessNull(value, cast("row(" + members + ")", type));
  }

  private static String union(String value, DuckDBType.Composite type, int depth) {
    String cases =
        IntStream.range(0, type.members().size())
            .mapToObj(
                i -> {
                  String name = type.members().get(i).name();
                  String set =
                      "union_value("
                          + SqlText.identifier(name)
                          + " := "
                          + member(value, type, i, depth)
                          + ")";
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
    return "(to_months(%s) + to_days(%s) + to_microseconds(%s))"
        .formatted(
            extract(value, ExchangeOutward.MONTHS),
            extract(value, ExchangeOutward.DAYS),
            extract(value, ExchangeOutward.MICROS));
  }

  private static String extract(String struct, String member) {
    return "struct_extract(" + struct + ", '" + member + "')";
  }

  private static String cast(String value, DuckDBType type) {
    return "CAST(" + value + " AS " + type + ")";
  }
}

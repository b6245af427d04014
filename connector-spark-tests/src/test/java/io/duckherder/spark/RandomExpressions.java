package io.duckherder.spark;

import java.util.List;
import java.util.Random;

/** Writes expressions over the {@link TroublesomeTable} in Spark's SQL, by chance from a seed. */
final class RandomExpressions {
  private static final List<String> COMPARISONS = List.of("=", "<>", "<", "<=", ">", ">=", "<=>");

  private final Random random;
  private final boolean mayFail;

  /**
   * A source of expressions.
   *
   * @param mayFail whether some of them fail in ANSI mode
   */
  RandomExpressions(Random random, boolean mayFail) {
    this.random = random;
    this.mayFail = mayFail;
  }

  private String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String form(String form, Object... parts) {
    return form.formatted(parts);
  }

  /** An expression of any type. */
  String any(int depth) {
    return switch (random.nextInt(9)) {
      case 0 -> integer(depth);
      case 1 -> big(depth);
      case 2 -> decimal(depth);
      case 3 -> floating(depth);
      case 4 -> text(depth);
      case 5 -> date(depth);
      case 6 -> timestamp(depth);
      case 7 -> "(" + condition(depth) + ")";
      default -> integer(depth);
    };
  }

  /** An expression of a type that can be a key of groups and of an order. */
  String key(int depth) {
    return switch (random.nextInt(6)) {
      case 0 -> integer(depth);
      case 1 -> big(depth);
      case 2 -> decimal(depth);
      case 3 -> text(depth);
      case 4 -> date(depth);
      default -> "(" + condition(depth) + ")";
    };
  }

  String integer(int depth) {
    if (depth <= 0) {
      return one(
          "i",
          "id",
          "id",
          "st.x",
          "cast(ti AS INT)",
          "cast(si AS INT)",
          "cast(ut AS INT)",
          "7",
          "-1",
          "0",
          "year(dt)",
          "length(s)",
          "2147483647");
    }
    int next = depth - 1;
    return switch (random.nextInt(mayFail ? 19 : 16)) {
      case 0 -> form("(cast(si AS INT) %s cast(ti AS INT))", one("+", "-", "*"));
      case 1 -> form("(%s %% %s)", integer(next), one("7", "10", "1", "2147483647"));
      case 2 -> form("%s(%s)", one("year", "month", "day", "quarter", "dayofyear"), date(next));
      case 3 -> form("%s(%s)", one("weekofyear", "dayofweek", "weekday"), date(next));
      case 4 -> form("%s(%s)", one("length", "char_length", "bit_length"), text(next));
      case 5 -> form("%s(%s)", one("hour", "minute", "second"), one("ts", "tss", "tz"));
      case 6 -> form("datediff(%s, %s)", date(next), date(next));
      case 7 -> form("coalesce(%s, %s)", integer(next), integer(next));
      case 8 -> form("%s(%s, %s)", one("greatest", "least"), integer(next), integer(next));
      case 9 -> form("(%s %s %s)", integer(next), one("&", "|", "^"), integer(next));
      case 10 -> form("(~%s)", integer(next));
      case 11 -> form("if(%s, %s, %s)", condition(next), integer(next), integer(next));
      case 12 ->
          form(
              "(CASE WHEN %s THEN %s WHEN %s THEN %s END)",
              condition(next), integer(next), condition(next), integer(next));
      case 13 -> form("(year(%s) * 100 + month(%s))", date(next), date(next));
      case 14 -> form("cast((%s) AS INT)", condition(next));
      case 15 -> form("nullif(%s, %s)", integer(next), integer(next));
      case 16 -> form("(%s %s %s)", integer(next), one("+", "-", "*"), integer(0));
      case 17 -> form("%s(%s)", one("-", "abs"), integer(next));
      default -> form("cast(%s AS INT)", big(next));
    };
  }

  String big(int depth) {
    if (depth <= 0) {
      return one("bi", "bi", "ui", "cast(i AS BIGINT)", "3L", "-9223372036854775807L");
    }
    int next = depth - 1;
    return switch (random.nextInt(mayFail ? 7 : 5)) {
      case 0 ->
          form("(cast(%s AS BIGINT) %s %s)", integer(next), one("+", "-", "*"), integer(next));
      case 1 -> form("(%s %% %s)", big(next), one("10L", "4294967296L"));
      case 2 -> form("coalesce(%s, %s)", big(next), big(next));
      case 3 -> form("(ui + cast(%s AS BIGINT))", integer(next));
      case 4 -> form("if(%s, %s, %s)", condition(next), big(next), big(next));
      case 5 -> form("(%s %s %s)", big(next), one("+", "-", "*"), big(0));
      default -> form("%s(%s)", one("-", "abs"), big(next));
    };
  }

  String decimal(int depth) {
    if (depth <= 0) {
      return one(
          "dec",
          "money",
          "fine",
          "big",
          "1.00BD",
          "cast(i AS DECIMAL(10,0))",
          "0.5BD",
          "cast(ti AS DECIMAL(3,0))",
          "1234567890123456789.5BD");
    }
    int next = depth - 1;
    return switch (random.nextInt(mayFail ? 10 : 8)) {
      case 0 ->
          form("(%s %s %s)", one("dec", "money", "fine"), one("+", "-"), one("1", "dec", "money"));
      case 1 -> form("(dec * %s)", one("dec", "money", "(1 - dec)", "fine", "0.5BD"));
      case 2 -> form("(money * (1 - dec))");
      case 3 -> form("coalesce(%s, 0.00BD)", decimal(next));
      case 4 -> form("cast(%s AS DECIMAL(20, 4))", one("dec", "money", "ti", "si", "i"));
      case 5 -> form("(CASE WHEN %s THEN money ELSE 0 END)", condition(next));
      case 6 -> form("%s(%s)", one("-", "abs"), decimal(next));
      case 7 -> form("greatest(dec, money)");
      case 8 -> form("(money * (1 - dec) * (1 + money))");
      default -> form("(%s %s %s)", decimal(next), one("+", "-", "*"), decimal(next));
    };
  }

  String floating(int depth) {
    if (depth <= 0) {
      return one("d", "d", "cast(f AS DOUBLE)", "cast(i AS DOUBLE)", "0.1D", "-0.0D", "2.5D");
    }
    int next = depth - 1;
    return switch (random.nextInt(7)) {
      case 0, 1 -> form("(%s %s %s)", floating(next), one("+", "-", "*"), floating(next));
      case 2 -> form("(%s / %s)", floating(next), one("2.0D", "-0.3D", "3"));
      case 3 -> form("%s(%s)", one("-", "abs"), floating(next));
      case 4 -> form("cast(%s AS DOUBLE)", one("dec", "money", "bi", "ti", "f"));
      case 5 -> form("coalesce(%s, %s)", floating(next), floating(next));
      default -> form("if(%s, %s, %s)", condition(next), floating(next), floating(next));
    };
  }

  String text(int depth) {
    if (depth <= 0) {
      return one("s", "s", "s2", "en", "st.`Y y`", "'a'", "''", "'😀'", "'Ab '");
    }
    int next = depth - 1;
    return switch (random.nextInt(10)) {
      case 0, 1 ->
          form(
              "substring(%s, %s, %s)",
              text(next),
              one("0", "1", "2", "-1", "-2", "-9", "50"),
              one("0", "1", "2", "100", "-1"));
      case 2 -> form("substring(%s, %s)", text(next), one("0", "1", "2", "-2", "-9"));
      case 3 -> form("%s(%s)", one("trim", "ltrim", "rtrim"), text(next));
      case 4 -> form("%s('a ', %s)", one("ltrim", "rtrim"), text(next));
      case 5 -> form("concat(%s, %s)", text(next), text(next));
      case 6 -> form("coalesce(%s, %s)", text(next), text(next));
      case 7 -> form("%s(%s)", one("upper", "lower", "initcap"), text(next));
      case 8 ->
          form("cast(%s AS STRING)", one("ti", "i", "bi", "flag", "dt", "dec", "ts", "d", "ut"));
      default ->
          form("(CASE WHEN %s THEN %s ELSE %s END)", condition(next), text(next), text(next));
    };
  }

  String date(int depth) {
    if (depth <= 0) {
      return one("dt", "dt", "dt2", "DATE'1999-12-31'", "DATE'0001-01-01'");
    }
    int next = depth - 1;
    return switch (random.nextInt(6)) {
      case 0 -> form("date_add(%s, %s)", date(next), one("1", "-1", "365", "-100000", "0"));
      case 1 -> form("trunc(%s, '%s')", date(next), one("YEAR", "MM", "week", "quarter", "day"));
      case 2 -> form("cast(%s AS DATE)", one("ts", "tss", "tz"));
      case 3 -> form("coalesce(%s, %s)", date(next), date(next));
      case 4 -> form("if(%s, %s, %s)", condition(next), date(next), date(next));
      default -> form("%s(%s, %s)", one("greatest", "least"), date(next), date(next));
    };
  }

  String timestamp(int depth) {
    if (depth <= 0) {
      return one("ts", "ts", "tss", "TIMESTAMP_NTZ'2020-03-08 02:30:00'");
    }
    return switch (random.nextInt(3)) {
      case 0 -> form("cast(%s AS TIMESTAMP_NTZ)", date(depth - 1));
      case 1 -> form("coalesce(%s, %s)", timestamp(depth - 1), timestamp(depth - 1));
      default -> form("date_trunc('%s', ts)", one("HOUR", "MONTH"));
    };
  }

  /** A condition, without an outer pair of parentheses. */
  String condition(int depth) {
    if (depth <= 0) {
      return simple();
    }
    int next = depth - 1;
    return switch (random.nextInt(12)) {
      case 0 -> form("(%s AND %s)", condition(next), condition(next));
      case 1 -> form("(%s OR %s)", condition(next), condition(next));
      case 2 -> form("NOT (%s)", condition(next));
      case 3 -> form("%s %s %s", integer(next), one(COMPARISONS), integer(next));
      case 4 -> form("%s %s %s", decimal(next), one(COMPARISONS), decimal(next));
      case 5 -> form("%s %s %s", text(next), one(COMPARISONS), text(next));
      case 6 -> form("%s %s %s", date(next), one(COMPARISONS), date(next));
      case 7 -> form("%s %s %s", floating(next), one(COMPARISONS), floating(next));
      case 8 -> form("%s %s %s", timestamp(next), one(COMPARISONS), timestamp(next));
      case 9 ->
          form("%s(%s, %s)", one("startswith", "endswith", "contains"), text(next), text(next));
      case 10 -> form("%s IS %sNULL", any(next), one("", "NOT "));
      default ->
          form("%s %sIN (%s, %s, NULL)", integer(next), one("", "NOT "), integer(0), integer(0));
    };
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private String simple() {
    return one(
        "flag",
        "NOT flag",
        form("id %s %d", one(COMPARISONS), random.nextInt(6_000)),
        form("ti %s %s", one(COMPARISONS), one("127Y", "0Y", "5", "NULL")),
        form("bi %s %s", one(COMPARISONS), one("9223372036854775807", "0", "3")),
        form("d %s %s", one(COMPARISONS), one("0.0D", "CAST('NaN' AS DOUBLE)", "0.1D")),
        form("f %s %s", one(COMPARISONS), one("0.1", "0.0", "CAST('NaN' AS FLOAT)", "1.5F")),
        form("dec %s %s", one(COMPARISONS), one("1.5", "1.501", "0", "99999999999", "dec")),
        form("s %s %s", one(COMPARISONS), one("'a'", "'A'", "'Z'", "'e\u0301'", "'\u00e9'", "''")),
        form("s %s s2", one(COMPARISONS)),
        form("s LIKE '%s'", one("a%", "%a", "%b%", "a_c%", "Z%ë", "\\\\%\\\\_", "_", "%", "")),
        form("s2 %s 'a'", one(COMPARISONS)),
        form("s2 IN ('a', 'é')"),
        form("en %s 'b'", one(COMPARISONS)),
        form("b %s X'%s'", one(COMPARISONS), one("FF", "", "0001")),
        form("dt %s DATE'%s'", one(COMPARISONS), one("1582-10-10", "1970-01-01", "0001-01-01")),
        form("dt %s BETWEEN DATE'1500-01-01' AND dt2", one("", "NOT")),
        form("ts %s TIMESTAMP_NTZ'%s'", one(COMPARISONS), one("2020-03-08 02:30:00", "1969-12-31")),
        form("tz %s TIMESTAMP'%s'", one(COMPARISONS), one("2020-11-01 01:30:00", "1970-01-01")),
        form("tz %s TIMESTAMP'2020-03-08 07:00:00Z'", one(COMPARISONS)),
        form("st.x %s 1", one(COMPARISONS)),
        form("st.`Y y` IS %sNULL", one("", "NOT ")),
        form("%s IS NULL", one("st", "s", "d", "dt", "tz", "flag")),
        form("ti IN (1, 5, 127, %s)", one("NULL", "0", "300")));
  }
}

package io.duckherder.cluster.fuzz;

import java.util.List;

/**
 * A DuckDB type in the fuzzer's tables.
 *
 * @param sql as DuckDB writes it
 * @param value SQL for the value of a number {@code v}, a BIGINT from 0 on; equal values are
 *     written the same
 * @param special literals at the edges of the type
 */
record FuzzType(String sql, Kind kind, String value, List<String> special) {
  private static final String ODD_TEXT =
      "(['', 'a', 'A', 'ä', 'Zoë', 'x''y', '%_%', '日本', 'tab\tnl', '\uD83E\uDD86', ' lead', 'NULL', 'a,b', '\"q\"', '0', '-1'])";

  static final List<FuzzType> ALL =
      List.of(
          of("BOOLEAN", Kind.BOOLEAN, "(v % 2 = 0)"),
          of("TINYINT", Kind.INTEGER, "(v % 200 - 100)", "127", "-128", "0"),
          of("SMALLINT", Kind.INTEGER, "(v % 20000 - 10000)", "32767", "-32768"),
          of("INTEGER", Kind.INTEGER, "(v % 2000000 - 1000000)", "2147483647", "-2147483648"),
          of(
              "BIGINT",
              Kind.INTEGER,
              "(v * 1000003 % 2000000000001 - 1000000000000)",
              "9223372036854775807",
              "-9223372036854775808"),
          of(
              "HUGEINT",
              Kind.INTEGER,
              "(v::HUGEINT * 1000000000000000003 - 500)",
              "99999999999999999999999999999999999999",
              "-99999999999999999999999999999999999999"),
          of("UTINYINT", Kind.INTEGER, "(v % 250)", "255", "0"),
          of("USMALLINT", Kind.INTEGER, "(v % 60000)", "65535"),
          of("UINTEGER", Kind.INTEGER, "(v % 4000000)", "4294967295"),
          of("UBIGINT", Kind.INTEGER, "(v * 7)", "18446744073709551615"),
          of("UHUGEINT", Kind.INTEGER, "(v::UHUGEINT * 1000000000000000003)", "0"),
          of("BIGNUM", Kind.OTHER, "(v::HUGEINT * 1000000000000000003)::VARCHAR"),
          of(
              "FLOAT",
              Kind.FLOAT,
              "((v % 4001 - 2000) * 0.25)",
              "'nan'",
              "'inf'",
              "'-inf'",
              "-0.0",
              "3.4e38"),
          of(
              "DOUBLE",
              Kind.FLOAT,
              "((v % 200001 - 100000) * 0.125)",
              "'nan'",
              "'inf'",
              "'-inf'",
              "-0.0",
              "1.7e308",
              "5e-324"),
          of("DECIMAL(4,1)", Kind.DECIMAL, "((v % 1999 - 999) * 0.5)", "999.9", "-999.9"),
          of("DECIMAL(9,2)", Kind.DECIMAL, "((v % 99999 - 50000) * 0.25)", "9999999.99"),
          of(
              "DECIMAL(18,3)",
              Kind.DECIMAL,
              "((v % 1999999 - 999999)::DECIMAL(18,3) * 0.125)",
              "999999999999999.999",
              "-999999999999999.999"),
          of(
              "DECIMAL(38,6)",
              Kind.DECIMAL,
              "((v % 199999999 - 99999999)::DECIMAL(30,0))",
              "99999999999999999999999999999999.999999",
              "-0.000001"),
          of(
              "VARCHAR",
              Kind.TEXT,
              "(CASE WHEN v % 3 = 0 THEN "
                  + ODD_TEXT
                  + "[1 + v // 3 % 16] WHEN v % 3 = 1 THEN 'k' || v ELSE repeat('long ', 4) || v END)",
              "''",
              "chr(0) || 'z'"),
          of("BLOB", Kind.OTHER, "encode('b' || v)", "''::BLOB", "'\\x00\\xFF'::BLOB"),
          of("BIT", Kind.OTHER, "(v % 1000)::INTEGER::BIT", "'1'", "'0000000001'"),
          of(
              "DATE",
              Kind.DATE,
              "(DATE '2000-01-01' + (v % 8000 - 4000)::INTEGER)",
              "'infinity'",
              "'-infinity'",
              "'0001-01-01'",
              "'9999-12-31'"),
          of(
              "TIME",
              Kind.TIME,
              "(TIME '00:00:00' + to_microseconds(v * 7919 % 86400000000))",
              "'24:00:00'",
              "'00:00:00'"),
          of(
              "TIMETZ",
              Kind.OTHER,
              "((TIME '00:00:00' + to_seconds(v * 7919 % 86400))::VARCHAR || '+0' || v % 10)",
              "'00:00:00+15:59'",
              "'23:59:59-15:59'"),
          of(
              "TIMESTAMP",
              Kind.TIMESTAMP,
              "(TIMESTAMP '2020-01-01' + to_seconds(v * 7919 % 100000000))",
              "'infinity'",
              "'-infinity'",
              "'1677-09-21 00:12:43.145225'"),
          of("TIMESTAMP_S", Kind.OTHER, "(TIMESTAMP '2020-01-01' + to_seconds(v % 100000000))"),
          of("TIMESTAMP_MS", Kind.OTHER, "(TIMESTAMP '2020-01-01' + to_milliseconds(v % 1000000))"),
          of(
              "TIMESTAMP_NS",
              Kind.OTHER,
              "(TIMESTAMP '2020-01-01' + to_microseconds(v % 1000000))",
              "'1970-01-01 00:00:00.000000001'"),
          of(
              "TIMESTAMPTZ",
              Kind.ZONED,
              "(TIMESTAMP '2020-03-29' + to_seconds(v * 1801 % 100000000))",
              "'infinity'",
              "'2021-03-28 01:30:00+00'"),
          of("INTERVAL", Kind.OTHER, "to_days((v % 25)::INTEGER)"),
          of("UUID", Kind.OTHER, "md5(v::VARCHAR)::UUID"),
          of("mood", Kind.OTHER, "(['sad', 'ok', 'happy', 'a', 'Zz'])[1 + v % 5]"),
          of("JSON", Kind.OTHER, "'{\"a\": ' || v || ', \"b\": [1, \"x\"]}'", "'null'", "'[]'"),
          of("INTEGER[]", Kind.OTHER, "[v % 10, NULL, v % 3]", "[]", "[NULL]"),
          of("VARCHAR[]", Kind.OTHER, "['x' || v % 100, NULL, '']", "[]"),
          of("DOUBLE[2]", Kind.OTHER, "[v % 100, v % 3]"),
          of(
              "STRUCT(a INTEGER, b VARCHAR)",
              Kind.OTHER,
              "{'a': v % 100, 'b': 's' || v % 7}",
              "{'a': NULL, 'b': NULL}"),
          of(
              "STRUCT(x INTEGER[], y STRUCT(z DATE))[]",
              Kind.OTHER,
              "[{'x': [v % 5], 'y': {'z': DATE '2000-01-01' + (v % 9)::INTEGER}}]",
              "[NULL]",
              "[]"),
          of("MAP(VARCHAR, INTEGER)", Kind.OTHER, "MAP {'k' || v % 5: v % 7}", "MAP {}"),
          of(
              "UNION(n INTEGER, s VARCHAR)",
              Kind.OTHER,
              "(CASE WHEN v % 2 = 0 THEN union_value(n := (v % 100)::INTEGER)::UNION(n INTEGER, s VARCHAR) ELSE union_value(s := 's' || v % 9)::UNION(n INTEGER, s VARCHAR) END)"));

  private static FuzzType of(String sql, Kind kind, String value, String... special) {
    return new FuzzType(sql, kind, value, List.of(special));
  }

  boolean isFloating() {
    return kind == Kind.FLOAT || sql.contains("DOUBLE");
  }
}

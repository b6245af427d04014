package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every DuckDB type: as which Spark type it comes, and its edges; plain and inside nested types.
 */
@ExtendWith(SparkExtension.class)
final class TestTypes {
  @TempDir static Path folder;

  private static DuckDBFile file;

  private record Type(String duckdb, String spark, List<String> literals, List<String> values) {}

  private static final List<Type> TYPES = new ArrayList<>();

  /** Literals of DuckDB, each followed by what Spark gives. */
  private static void type(String duckdb, String spark, String... literalsAndValues) {
    List<String> literals = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < literalsAndValues.length; i += 2) {
      literals.add(literalsAndValues[i]);
      values.add(literalsAndValues[i + 1]);
    }
    TYPES.add(new Type(duckdb, spark, literals, values));
  }

  static {
    type("BOOLEAN", "boolean", "true", "true", "false", "false");
    type("TINYINT", "tinyint", "-128", "-128", "127", "127");
    type("SMALLINT", "smallint", "-32768", "-32768", "32767", "32767");
    type("INTEGER", "int", "-2147483648", "-2147483648", "2147483647", "2147483647");
    type(
        "BIGINT",
        "bigint",
        "-9223372036854775808",
        "-9223372036854775808",
        "9223372036854775807",
        "9223372036854775807");
    type("UTINYINT", "smallint", "0", "0", "255", "255");
    type("USMALLINT", "int", "0", "0", "65535", "65535");
    type("UINTEGER", "bigint", "0", "0", "4294967295", "4294967295");
    type(
        "UBIGINT",
        "decimal(20,0)",
        "0",
        "0",
        "9223372036854775808",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551615");
    String nines = "9".repeat(38);
    type("HUGEINT", "decimal(38,0)", "0", "0", nines, nines, "-" + nines, "-" + nines);
    type("UHUGEINT", "decimal(38,0)", "0", "0", nines, nines);
    type(
        "FLOAT", "float", "'-0.0'", "-0.0", "'NaN'", "NaN", "'Infinity'", "Infinity", "1.5", "1.5");
    type(
        "DOUBLE",
        "double",
        "'-0.0'",
        "-0.0",
        "'NaN'",
        "NaN",
        "'-Infinity'",
        "-Infinity",
        "'1.7976931348623157E308'",
        "1.7976931348623157E308");
    type("DECIMAL(4,1)", "decimal(4,1)", "-999.9", "-999.9", "0", "0.0", "999.9", "999.9");
    type("DECIMAL(9,2)", "decimal(9,2)", "-9999999.99", "-9999999.99", "0.01", "0.01");
    type(
        "DECIMAL(18,3)",
        "decimal(18,3)",
        "-999999999999999.999",
        "-999999999999999.999",
        "1",
        "1.000");
    type(
        "DECIMAL(38,10)",
        "decimal(38,10)",
        "-9999999999999999999999999999.9999999999",
        "-9999999999999999999999999999.9999999999",
        "0.0000000001",
        "1E-10",
        "-1",
        "-1.0000000000");
    type("VARCHAR", "string", "''", "", "'Zoë 🦆'", "Zoë 🦆", "repeat('x', 13)", "x".repeat(13));
    type("JSON", "string", "'{\"a\": [1, null]}'", "{\"a\": [1, null]}");
    type("ENUM('b', 'a')", "string", "'a'", "a", "'b'", "b");
    type(
        "UUID",
        "string",
        "'00000000-0000-0000-0000-000000000000'",
        "00000000-0000-0000-0000-000000000000",
        "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
        "ffffffff-ffff-ffff-ffff-ffffffffffff");
    type("BIT", "string", "'101'", "101", "'0'", "0");
    type("BIGNUM", "string", "'1" + "0".repeat(60) + "'", "1" + "0".repeat(60), "'-1'", "-1");
    type("BLOB", "binary", "''", "x", "'\\x00\\xFF'", "x00ff");
    type(
        "DATE",
        "date",
        "'0001-01-01'",
        "0001-01-01",
        "'1582-10-10'",
        "1582-10-10",
        "'9999-12-31'",
        "9999-12-31");
    type(
        "TIME",
        "string",
        "'00:00:00'",
        "00:00:00",
        "'23:59:59.1'",
        "23:59:59.1",
        "'24:00:00'",
        "24:00:00");
    type(
        "TIME_NS",
        "string",
        "'12:34:56.123456789'",
        "12:34:56.123456789",
        "'00:00:00'",
        "00:00:00");
    type("TIMETZ", "string", "'12:34:56.789+05:30'", "12:34:56.789+05:30");
    type(
        "TIMESTAMP",
        "timestamp_ntz",
        "'0001-01-01'",
        "0001-01-01T00:00",
        "'1969-12-31 23:59:59.999999'",
        "1969-12-31T23:59:59.999999",
        "'2026-03-08 02:30:00'",
        "2026-03-08T02:30",
        "'9999-12-31 23:59:59.999999'",
        "9999-12-31T23:59:59.999999");
    type(
        "TIMESTAMP_S",
        "timestamp_ntz",
        "'0001-01-01'",
        "0001-01-01T00:00",
        "'1969-12-31 23:59:59'",
        "1969-12-31T23:59:59");
    type(
        "TIMESTAMP_MS",
        "timestamp_ntz",
        "'9999-12-31 23:59:59.999'",
        "9999-12-31T23:59:59.999",
        "'1969-12-31 23:59:59.001'",
        "1969-12-31T23:59:59.001");
    type(
        "TIMESTAMP_NS",
        "timestamp_ntz",
        "'1969-12-31 23:59:59.000001'",
        "1969-12-31T23:59:59.000001",
        "'2262-01-01'",
        "2262-01-01T00:00");
    type(
        "TIMESTAMPTZ",
        "timestamp",
        "'2020-07-01 12:00:00+02'",
        "2020-07-01T10:00:00Z",
        "'0001-01-01 00:00:00+00'",
        "0001-01-01T00:00:00Z",
        "'1969-12-31 23:59:59.999999+00'",
        "1969-12-31T23:59:59.999999Z");
    type(
        "INTERVAL",
        "interval",
        "INTERVAL '14 months -3 days 4.000005 seconds'",
        "1 years 2 months -3 days 4.000005 seconds",
        "INTERVAL '0 days'",
        "0 seconds");
    type("INTEGER[]", "array<int>", "[]", "[]", "[1, NULL, 3]", "[1, null, 3]");
    type("VARCHAR[][]", "array<array<string>>", "[['a', NULL], NULL, []]", "[[a, null], null, []]");
    type("INTEGER[3]", "array<int>", "[1, NULL, 3]", "[1, null, 3]", "[4, 5, 6]", "[4, 5, 6]");
    type(
        "DATE[2][2]",
        "array<array<date>>",
        "[['2020-01-01', NULL], ['1900-01-01', '2000-01-01']]",
        "[[2020-01-01, null], [1900-01-01, 2000-01-01]]");
    type(
        "STRUCT(a INTEGER, \"b c\" VARCHAR)",
        "struct<a:int,b c:string>",
        "{'a': 1, 'b c': 'x'}",
        "(a=1, b c=x)",
        "{'a': NULL, 'b c': NULL}",
        "(a=null, b c=null)");
    type(
        "MAP(VARCHAR, INTEGER)",
        "map<string,int>",
        "MAP {'k': 1, 'l': NULL}",
        "{k=1, l=null}",
        "MAP {}",
        "{}");
    type(
        "UNION(num INTEGER, str VARCHAR)",
        "struct<tag:string,num:int,str:string>",
        "union_value(num := 7)",
        "(tag=num, num=7, str=null)",
        "union_value(str := 'x')",
        "(tag=str, num=null, str=x)",
        "union_value(str := NULL::VARCHAR)",
        "(tag=str, num=null, str=null)");
    type(
        "VARIANT",
        "variant",
        "1::INTEGER::VARIANT",
        "1",
        "'x'::VARIANT",
        "\"x\"",
        "{'a': [1, 2]}::VARIANT",
        "{\"a\":[1,2]}");
    type(
        "STRUCT(l STRUCT(u UTINYINT, t TIMESTAMP_S)[], m MAP(DATE, UHUGEINT))",
        "struct<l:array<struct<u:smallint,t:timestamp_ntz>>,m:map<date,decimal(38,0)>>",
        "{'l': [{'u': 255, 't': '2000-01-01'}], 'm': MAP {'2000-01-01'::DATE: 5}}",
        "(l=[(u=255, t=2000-01-01T00:00)], m={2000-01-01=5})");
  }

  static Stream<Arguments> types() {
    return TYPES.stream().map(type -> Arguments.of(type.duckdb(), type));
  }

  @BeforeAll
  static void createFile() {
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < TYPES.size(); i++) {
      Type type = TYPES.get(i);
      statements.add("CREATE TABLE t" + i + "(i INTEGER, c " + type.duckdb() + ")");
      for (int v = 0; v < type.literals().size(); v++) {
        statements.add("INSERT INTO t" + i + " VALUES (" + v + ", " + type.literals().get(v) + ")");
      }
      statements.add("INSERT INTO t" + i + " VALUES (1000, NULL)");
    }
    file = DuckDBFile.create(folder.resolve("types.duckdb"), statements.toArray(String[]::new));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void readsEveryValue(String name, Type type) {
    Dataset<Row> rows = table("t" + TYPES.indexOf(type)).orderBy("i").select("c");
    assertThat(rows.schema().apply(0).dataType().catalogString()).isEqualTo(type.spark());
    List<String> expected = new ArrayList<>(type.values());
    expected.add("null");
    assertThat(Values.column(rows)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void readsEveryValueInsideNestedTypes(String name, Type type) {
    String table = "t" + TYPES.indexOf(type);
    List<String> expected = new ArrayList<>(type.values());
    expected.add("null");
    String query =
        "WITH l AS (SELECT list(c ORDER BY i) AS v FROM %s)".formatted(table)
            + " SELECT v AS a, {'s': v} AS b, MAP {1: v} AS c, [NULL, v] AS d FROM l";
    Row row = query(query).collectAsList().get(0);
    assertThat(Values.text(row.get(0))).isEqualTo(expected.toString());
    assertThat(Values.text(row.get(1))).isEqualTo("(s=" + expected + ")");
    assertThat(Values.text(row.get(2))).isEqualTo("{1=" + expected + "}");
    assertThat(Values.text(row.get(3))).isEqualTo("[null, " + expected + "]");
  }

  @Test
  void readsNullType() {
    assertThat(Values.rows(query("SELECT NULL AS n, [NULL] AS l, 1 AS i")))
        .containsExactly("null|[null]|1");
  }

  @Test
  void readsTimesAsSparkTimesWhereSparkHasThem() {
    spark().conf().set("spark.sql.timeType.enabled", "true");
    try {
      Dataset<Row> rows = query("SELECT TIME '23:59:59.123456' AS t, [TIME '00:00:01'] AS l");
      assertThat(rows.schema().apply("t").dataType().catalogString()).isEqualTo("time(6)");
      assertThat(Values.rows(rows)).containsExactly("23:59:59.123456|[00:00:01]");
      assertThatThrownBy(() -> query("SELECT TIME '24:00:00' AS t").collectAsList())
          .rootCause()
          .hasMessageContaining("Cannot read column \"t\": Spark's TIME ends before 24:00:00");
    } finally {
      spark().conf().unset("spark.sql.timeType.enabled");
    }
  }

  @ParameterizedTest
  @MethodSource("valuesBeyondSpark")
  void failsOnValuesThatSparkCannotHold(String sql, String message) {
    assertThatThrownBy(() -> query("SELECT " + sql + " AS bad").collectAsList())
        .hasStackTraceContaining(message);
    assertThat(query("SELECT " + sql + " AS bad").count()).isEqualTo(1);
  }

  static Stream<Arguments> valuesBeyondSpark() {
    String outside = "is outside Spark's years 0001 to 9999";
    return Stream.of(
        Arguments.of("DATE 'infinity'", "Cannot read column \"bad\": the date infinity " + outside),
        Arguments.of("DATE '-infinity'", "the date -infinity " + outside),
        Arguments.of("DATE '10000-01-01'", "the date +10000-01-01 " + outside),
        Arguments.of("DATE '0001-01-01 (BC)'", "the date 0000-01-01 " + outside),
        Arguments.of("TIMESTAMP 'infinity'", "the timestamp infinity " + outside),
        Arguments.of("TIMESTAMP '10000-01-01'", "the timestamp +10000-01-01 " + outside),
        Arguments.of("TIMESTAMPTZ '-infinity'", "the timestamp -infinity " + outside),
        Arguments.of("'infinity'::TIMESTAMP_S", "the timestamp infinity " + outside),
        Arguments.of("'10000-01-01'::TIMESTAMP_MS", "the timestamp +10000-01-01 " + outside),
        Arguments.of("'infinity'::TIMESTAMP_NS", "the timestamp infinity " + outside),
        Arguments.of("[DATE 'infinity']", "the date infinity " + outside),
        Arguments.of(
            "'2020-01-01 00:00:00.000000001'::TIMESTAMP_NS",
            "Spark's timestamps hold microseconds, and a value has 1 nanoseconds more"));
  }

  @Test
  void failsOnHugeintsOfMoreThan38Digits() {
    assertThatThrownBy(
            () -> query("SELECT '1" + "0".repeat(38) + "'::HUGEINT AS bad").collectAsList())
        .hasStackTraceContaining("1" + "0".repeat(38));
  }

  @Test
  void failsOnAnUnsupportedTypeOnlyWhereItIsSelected() {
    DuckDBFile shapes =
        DuckDBFile.create(
            folder.resolve("shapes.duckdb"),
            "CREATE TABLE s(i INTEGER, g GEOMETRY)",
            "INSERT INTO s VALUES (1, NULL), (2, NULL)");
    Dataset<Row> rows =
        spark().read().format("duckherder").option("dbtable", "s").load(shapes.toString());
    assertThat(Values.rows(rows.select("i").orderBy("i"))).containsExactly("1", "2");
    assertThatThrownBy(rows::collectAsList)
        .hasStackTraceContaining(
            "Cannot read column \"g\": Spark has no type for DuckDB's GEOMETRY");
  }

  @Test
  void namesEachColumnsDuckDBTypeInItsMetadata() {
    Dataset<Row> rows = query("SELECT 1::UTINYINT AS u");
    assertThat(rows.schema().apply("u").metadata().getString("duckdb.type")).isEqualTo("UTINYINT");
  }

  @Test
  void readsTheSameInAnySessionTimeZone() {
    List<String> expected = Collections.nCopies(2, "2020-07-01T10:00:00Z|2020-07-01T10:00");
    List<String> found = new ArrayList<>();
    for (String zone : Arrays.asList("Asia/Tokyo", "America/New_York")) {
      spark().conf().set("spark.sql.session.timeZone", zone);
      found.addAll(
          Values.rows(
              query(
                  "SELECT TIMESTAMPTZ '2020-07-01 12:00:00+02' AS a,"
                      + " TIMESTAMPTZ '2020-07-01 12:00:00+02'::TIMESTAMP AS b")));
    }
    assertThat(found).isEqualTo(expected);
  }

  private static Dataset<Row> table(String name) {
    return spark().read().format("duckherder").option("dbtable", name).load(file.toString());
  }

  private static Dataset<Row> query(String sql) {
    return spark().read().format("duckherder").option("query", sql).load(file.toString());
  }
}

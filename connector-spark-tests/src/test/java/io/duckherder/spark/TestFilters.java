package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Filters, pushed or not: the rows are those that Spark itself picks from the same values. Spark's
 * own choice is taken from a copy of the table that no filter can be pushed into.
 */
@ExtendWith(SparkExtension.class)
final class TestFilters {
  @TempDir static Path folder;

  private static Dataset<Row> table;
  private static Dataset<Row> copy;

  @BeforeAll
  static void createTable() {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("filters.duckdb"),
            """
            CREATE TABLE t(
              id INTEGER, flag BOOLEAN, ti TINYINT, bi BIGINT, ut UTINYINT, ub UBIGINT, h HUGEINT,
              f FLOAT, d DOUBLE, dec DECIMAL(9, 2), big DECIMAL(38, 2), s VARCHAR,
              nocase VARCHAR COLLATE NOCASE, e ENUM('z', 'a'), u UUID, b BLOB, dt DATE,
              ts TIMESTAMP, tss TIMESTAMP_S, tsn TIMESTAMP_NS, tz TIMESTAMPTZ, tm TIME, bits BIT,
              l INTEGER[], st STRUCT(x INTEGER), "odd ""name\"\"\" INTEGER)
            """,
            """
            INSERT INTO t VALUES
            (1, true, -128, 9223372036854775807, 255, 18446744073709551615, 5, 'NaN', 'NaN', 1.50,
             1.50, 'a', 'a', 'a', '00000000-0000-0000-0000-000000000001', '\\xFF', '1500-02-28',
             '1500-02-28 12:00:00', '1969-12-31 23:59:59', '1969-12-31 23:59:59.000001',
             '2020-11-01 05:30:00+00', '12:00:00', '101', [1], {'x': 1}, 1),
            (2, false, 0, 0, 0, 0, 0, '-0.0', '-0.0', 0, 0, '', '', 'z',
             'ffffffff-ffff-ffff-ffff-ffffffffffff', '', '1970-01-01', '1970-01-01', '1970-01-01',
             '1970-01-01', '1970-01-01 00:00:00+00', '00:00:00', '0', [], {'x': NULL}, 2),
            (3, NULL, 127, -1, 128, 9223372036854775808, -5, 'Infinity', '-Infinity', -1.50,
             99999999999999999999.99, 'A', 'A', NULL, NULL, '\\x00', '9999-12-31',
             '9999-12-31 23:59:59.999999', '2020-01-01', '2020-01-01 00:00:00.5',
             '2020-11-01 06:30:00+00', '23:59:59', '1', NULL, NULL, 3),
            (4, true, 1, 1, 1, 1, 1, 0.1, 0.1, 9999999.99, -0.01, 'Zoë%_''', 'b', 'a', NULL,
             '\\x00\\x01', '0001-01-01', '0001-01-01', '0001-01-01', NULL, '0001-01-01 00:00:00+00',
             NULL, NULL, [NULL], {'x': 3}, NULL),
            (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
             NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
            """);
    table = spark().read().format("duckherder").option("dbtable", "t").load(file.toString());
    copy = spark().createDataFrame(table.collectAsList(), table.schema());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id = 3",
        "3 > id",
        "id <> 3",
        "id <=> 3",
        "NOT (id <=> 3)",
        "id IN (1, 3, NULL)",
        "id NOT IN (1, 3)",
        "flag",
        "NOT flag",
        "flag = false",
        "flag IS NULL",
        "flag <=> NULL",
        "ti >= 127Y",
        "bi = 9223372036854775807",
        "bi < 0",
        "ut > 127S",
        "ub >= 9223372036854775808",
        "ub = 18446744073709551615",
        "h < 0",
        "f > 0.0F",
        "f = CAST('NaN' AS FLOAT)",
        "f >= CAST('Infinity' AS FLOAT)",
        "f = CAST(0.1 AS FLOAT)",
        "f IN (CAST('NaN' AS FLOAT), 0.0F)",
        "d = 0.0D",
        "d > -1.0D",
        "d < 0.0D",
        "d <> CAST('NaN' AS DOUBLE)",
        "d = 0.1D",
        "dec = 1.50",
        "dec IN (1.5, -1.5)",
        "dec > 9999999.98",
        "big = 99999999999999999999.99",
        "big < 0",
        "s = 'a'",
        "s > 'Z'",
        "s = ''",
        "s LIKE 'Zo%'",
        "endswith(s, '_\\'')",
        "contains(s, 'ë%')",
        "s IN ('a', 'A')",
        "nocase = 'a'",
        "nocase IN ('a')",
        "nocase <= 'A'",
        "nocase LIKE 'a%'",
        "nocase <=> 'a'",
        "e = 'a'",
        "e < 'm'",
        "u = '00000000-0000-0000-0000-000000000001'",
        "u > 'f'",
        "b = X'FF'",
        "b >= X'0001'",
        "b = X''",
        "dt = DATE'1500-02-28'",
        "dt < DATE'1582-10-15'",
        "dt IN (DATE'9999-12-31', DATE'0001-01-01')",
        "ts = TIMESTAMP_NTZ'1500-02-28 12:00:00'",
        "ts >= TIMESTAMP_NTZ'9999-12-31 23:59:59.999999'",
        "tss = TIMESTAMP_NTZ'1969-12-31 23:59:59'",
        "tsn = TIMESTAMP_NTZ'1969-12-31 23:59:59.000001'",
        "tsn > TIMESTAMP_NTZ'1970-01-01 00:00:00'",
        "tz = TIMESTAMP'2020-11-01 05:30:00Z'",
        "tz > TIMESTAMP'2020-11-01 01:30:00 America/New_York'",
        "tz >= TIMESTAMP'0001-01-01 00:00:00Z'",
        "l IS NULL",
        "st IS NOT NULL",
        "bits IS NULL",
        "`odd \"name\"` >= 2",
        "(id = 1 OR s = 'A') AND NOT (dt = DATE'1970-01-01')",
        "id = `odd \"name\"`",
        "f IS NOT NULL AND (d > 0 OR flag)",
        "st.x = 1",
        "length(s) = 1",
        "cast(f AS DOUBLE) + 0D > 0.1D",
        "year(dt) = 1970"
      })
  void picksSparksRowsInDuckDB(String condition) {
    Dataset<Row> filtered = table.where(condition);
    assertThat(ids(filtered)).isEqualTo(ids(copy.where(condition)));
    assertThat(plan(filtered))
        .as(condition)
        .doesNotContainPattern("\\bFilter ")
        .contains(", filter ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tss > TIMESTAMP_NTZ'1969-12-31 23:59:58.5'",
        "tsn > TIMESTAMP_NTZ'1500-01-01 00:00:00'",
        "tm = '12:00:00'",
        "bits = '101'",
        "get(l, 0) = 1",
        "id + 1 = 2",
        "upper(s) = 'A'",
        "s LIKE 'Z_ë%'",
        "s COLLATE UTF8_LCASE = 'a'",
        "cast(ub AS STRING) = '1'",
        "s = concat('a', char(0))"
      })
  void leavesToSparkWhatDuckDBMayUnderstandOtherwise(String condition) {
    Dataset<Row> filtered = table.where(condition);
    assertThat(ids(filtered)).isEqualTo(ids(copy.where(condition)));
    assertThat(plan(filtered)).as(condition).containsPattern("\\bFilter ");
  }

  @Test
  void leavesAFilterToSparkThatWouldSwellEveryTicket() {
    String many =
        IntStream.range(0, 5_000)
            .filter(i -> i != 3)
            .mapToObj(i -> i + ".25")
            .collect(Collectors.joining(", ", "dec NOT IN (", ")"));
    Dataset<Row> filtered = table.where(many);
    assertThat(ids(filtered)).isEqualTo(ids(copy.where(many)));
  }

  @Test
  void splitsAConditionBetweenDuckDBAndSpark() {
    Dataset<Row> filtered = table.where("id < 4 AND upper(s) = 'A'");
    assertThat(ids(filtered)).containsExactly("1", "3");
    assertThat(plan(filtered))
        .containsPattern("\\bFilter ")
        .contains("(\"id\" < CAST('4' AS INTEGER))");
  }

  private static List<String> ids(Dataset<Row> rows) {
    return Values.column(rows.select("id").orderBy("id"));
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().executedPlan().toString();
  }
}

package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.ColumnStat;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.JavaConverters;

/** What Spark's optimizer is told of scans, and that no answer depends on it. */
@ExtendWith(SparkExtension.class)
final class TestStatistics {
  private static final String ADAPTIVE = "spark.sql.adaptive.enabled";
  private static final String COSTS = "spark.sql.cbo.enabled";
  private static final String JOINS = "spark.sql.optimizer.datasourceV2JoinPushdown";
  private static final long MEGABYTE = 1L << 20;

  @TempDir static Path folder;

  private static DuckDBFile file;

  @BeforeAll
  static void createTables() {
    file =
        DuckDBFile.create(
            folder.resolve("statistics.duckdb"),
            """
            CREATE TABLE facts AS SELECT i, (i % 20000)::INTEGER AS key, i % 7 AS seven,
              'a text of some length ' || i AS text, CASE WHEN i % 3 > 0 THEN i END AS third
            FROM range(1000000) r(i)""",
            "CREATE TABLE things AS SELECT i::INTEGER AS key, 'thing ' || i AS name FROM range(20000) r(i)",
            """
            CREATE TABLE kinds AS SELECT i::TINYINT AS i1, i::SMALLINT AS i2, i::INTEGER AS i4, i AS i8,
              i::HUGEINT AS i16, i::UBIGINT AS u8, i::UTINYINT AS u1, i / 3 AS f8, (i / 3)::FLOAT AS f4,
              (i / 4)::DECIMAL(9, 2) AS d, DATE '2000-01-01' + i::INTEGER AS da,
              TIMESTAMP '2000-01-01' + to_hours(i) AS tn, (TIMESTAMP '2000-01-01' + to_hours(i))::TIMESTAMPTZ AS ts,
              i % 2 = 0 AS b, 's' || i AS s, ('s' || i)::BLOB AS x, [i] AS l, {'f': i} AS st, NULL::INTEGER AS no,
              CASE i WHEN 1 THEN 'NaN'::DOUBLE WHEN 2 THEN '-inf'::DOUBLE ELSE i END AS nan,
              (CASE WHEN i < 50 THEN 'less' ELSE 'more' END)::ENUM ('less', 'more') AS e, uuid() AS u,
              TIME '01:00:00' + to_minutes(i) AS tm, INTERVAL 1 DAY AS iv
            FROM range(100) r(i)""",
            "CREATE TABLE none AS FROM facts LIMIT 0",
            "DELETE FROM things WHERE key >= 10000");
    for (String name : List.of("facts", "things", "kinds", "none")) {
      spark()
          .read()
          .format("duckherder")
          .option("dbtable", name)
          .load(file.toString())
          .createOrReplaceTempView(name);
    }
    spark()
        .read()
        .format("duckherder")
        .option("dbtable", "facts")
        .option("pushdown", "false")
        .load(file.toString())
        .createOrReplaceTempView("unpushed");
  }

  @AfterEach
  void reset() {
    for (String name : List.of(ADAPTIVE, COSTS, JOINS)) {
      spark().conf().unset(name);
    }
  }

  private static Statistics statistics(String sql) {
    return spark().sql(sql).queryExecution().optimizedPlan().stats();
  }

  private static long bytes(String sql) {
    return statistics(sql).sizeInBytes().toLong();
  }

  @Test
  void bytesAreThoseOfTheColumnsThatAreRead() {
    assertThat(bytes("SELECT key FROM facts")).isBetween(8_000_000L, 20_000_000L);
    assertThat(bytes("SELECT text FROM facts")).isBetween(27_000_000L, 70_000_000L);
    assertThat(bytes("FROM things")).isBetween(100_000L, 1_000_000L);
    assertThat(bytes("SELECT key, text FROM facts WHERE key = 5")).isLessThan(MEGABYTE);
    assertThat(bytes("SELECT text FROM facts WHERE i < 100000")).isLessThan(10 * MEGABYTE);
    assertThat(bytes("SELECT text FROM facts LIMIT 10")).isLessThan(10_000);
    assertThat(bytes("FROM none")).isLessThan(1_000);
  }

  @Test
  void bytesOfGroupsAndJoinsAreSane() {
    assertThat(bytes("SELECT seven, count(*) FROM facts GROUP BY seven")).isLessThan(100_000);
    assertThat(bytes("SELECT sum(key) FROM facts")).isLessThan(1_000);
    spark().conf().set(JOINS, "true");
    assertThat(bytes("SELECT i, third FROM facts JOIN things ON facts.key = things.key"))
        .isBetween(16_000_000L, 100_000_000L);
    assertThat(bytes("SELECT count(*) FROM facts JOIN things ON facts.key = things.key"))
        .isLessThan(1_000);
  }

  @Test
  void smallTablesAreBroadcastAndLargeOnesAreNot() {
    String sql =
        "SELECT name, count(*) FROM facts JOIN things ON facts.key = things.key AND length(text) > 3 GROUP BY name";
    spark().conf().set(ADAPTIVE, "false");
    assertThat(plan(sql)).contains("BroadcastHashJoin", "BuildRight");
    assertThat(plan("SELECT * FROM facts a JOIN facts b ON a.i = b.i AND length(a.text) > 3"))
        .contains("SortMergeJoin");
    assertThat(spark().sql(sql).count()).isEqualTo(10_000);
  }

  private static String plan(String sql) {
    return spark().sql(sql).queryExecution().executedPlan().toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM facts",
        "SELECT * FROM facts WHERE i > 900000",
        "SELECT * FROM facts WHERE seven = 3 AND third IS NOT NULL",
        "SELECT seven, key, count(*) FROM facts GROUP BY seven, key",
        "SELECT max(i) FROM none",
        "SELECT max(i), sum(key) FROM facts WHERE i % 5 = 1",
        "SELECT * FROM facts ORDER BY i DESC LIMIT 7",
        "FROM things",
      })
  void noScanHasMoreRowsThanItTells(String sql) {
    spark().conf().set(ADAPTIVE, "false");
    Dataset<Row> query = spark().sql(sql);
    long rows = query.count();
    var leaf = query.queryExecution().optimizedPlan().collectLeaves().head().stats().rowCount();
    assertThat(leaf.isEmpty() || leaf.get().toLong() >= rows).as("%s of %d", leaf, rows).isTrue();
  }

  @Test
  void tellsOfColumns() {
    spark().conf().set(ADAPTIVE, "false");
    assertThat(columns("SELECT i, key, text, third FROM facts"))
        .containsEntry("i", "0 to 999999, nulls 0")
        .containsEntry("key", "0 to 19999, nulls 0")
        .containsEntry("text", "null to null, nulls 0")
        .containsEntry("third", "1 to 999998, nulls null");
    assertThat(columns("FROM kinds"))
        .containsEntry("d", "0.00 to 24.75, nulls 0")
        .containsEntry("da", "10957 to 11056, nulls 0")
        .containsEntry("u1", "0 to 99, nulls 0")
        .containsEntry("u8", "0 to 99, nulls 0")
        .doesNotContainKeys("tn", "x", "l", "st", "nan", "no", "b", "iv");
  }

  private static Map<String, String> columns(String sql) {
    Map<String, String> columns = new TreeMap<>();
    JavaConverters.mapAsJavaMap(
            spark()
                .sql(sql)
                .queryExecution()
                .optimizedPlan()
                .collectLeaves()
                .head()
                .stats()
                .attributeStats())
        .forEach(
            (column, known) -> {
              ColumnStat stat = known;
              assertThat(stat.distinctCount().isDefined()).as(column.name()).isTrue();
              columns.put(
                  column.name(),
                  "%s to %s, nulls %s"
                      .formatted(orNull(stat.min()), orNull(stat.max()), orNull(stat.nullCount())));
            });
    return columns;
  }

  private static Object orNull(scala.Option<?> value) {
    return value.isEmpty() ? null : value.get();
  }

  @Test
  void plansByCostGiveTheSameAnswers() {
    List<String> kinds =
        List.of(
            "i1", "i4", "i16", "u8", "f8", "f4", "d", "da", "tn", "ts", "b", "s", "x", "no", "nan",
            "e", "u", "tm");
    spark().conf().set(ADAPTIVE, "false");
    spark().conf().set(COSTS, "true");
    for (String kind : kinds) {
      String sql =
          """
          SELECT count(*) FROM kinds a JOIN kinds b ON a.%1$s = b.%1$s AND length(a.s) + length(b.s) > 3
          WHERE a.%1$s >= (SELECT min(%1$s) FROM kinds) AND reverse(a.s) <> '12'
            AND a.%1$s IS DISTINCT FROM (SELECT max(%1$s) FROM kinds)"""
              .formatted(kind);
      assertThat(Values.rows(spark().sql(sql))).as(kind).isEqualTo(file.rows(sql));
    }
  }

  /** Spark expects 100,000 rows of this sample, which has 100,090. */
  @Test
  void aLimitHoldsWhateverSparkExpects() {
    String sql =
        """
        SELECT count(*)
        FROM (SELECT i FROM (
            SELECT /*+ REPARTITION(3, i) */ i FROM unpushed TABLESAMPLE (10 PERCENT) REPEATABLE (4))
          LIMIT 100000)
        CROSS JOIN (SELECT /*+ REPARTITION(2, key) */ key FROM things WHERE length(name) = 7)""";
    assertThat(Values.rows(spark().sql(sql))).containsExactly("1000000");
    assertThat(statistics("SELECT i FROM unpushed").rowCount().isEmpty()).isTrue();
  }
}

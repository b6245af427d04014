package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Aggregates, limits, sorted starts and joins, pushed into DuckDB: the rows are those that Spark
 * makes of a copy of the tables.
 */
@ExtendWith(SparkExtension.class)
final class TestPushdown {
  private static final String JOINS = "spark.sql.optimizer.datasourceV2JoinPushdown";

  @TempDir static Path folder;

  @BeforeAll
  static void createTables() {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("pushdown.duckdb"),
            """
            CREATE TABLE t AS SELECT
              i::INTEGER AS i, (i * 7919 % 1000003)::BIGINT AS b, (i % 100)::TINYINT AS small,
              CASE WHEN i % 5 > 0 THEN (i % 1000 / 8)::DECIMAL(15, 2) END AS price,
              (i % 11 / 100)::DECIMAL(15, 2) AS discount, (i % 10 / 10)::DOUBLE AS ratio,
              CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'Zoë' ELSE 'zoe' END AS name,
              CASE WHEN i % 3 > 0 THEN 'A' ELSE 'a' END COLLATE NOCASE AS letter,
              DATE '1500-01-01' + (i % 700)::INTEGER AS day,
              TIMESTAMP '2020-01-01' + INTERVAL (i % 5000) MINUTE AS moment,
              i % 2 = 0 AS flag, (9223372036854775807 - i % 3)::BIGINT AS huge,
              (i % 1000)::INTEGER AS key
            FROM range(600000) r(i)
            """,
            "CREATE TABLE k AS SELECT i::INTEGER AS key, 'key ' || i AS label FROM range(0, 1500, 2) r(i)",
            "CREATE TABLE none AS FROM t LIMIT 0",
            """
            CREATE TABLE e AS SELECT * FROM (VALUES
              (1, -12345678901234567890123456789012345678::DECIMAL(38, 0),
                -1234567890123456789012345678901.2345::DECIMAL(35, 4), ''::BLOB, true),
              (2, 12345678901234567890123456789012345678, 1234567890123456789012345678901.2345, '\\x00', false),
              (3, -5, -5, 'ab', true), (4, NULL, NULL, '\\xFF', NULL)) AS v(id, x, y, bytes, flag)""");
    for (String name : List.of("t", "k", "none", "e")) {
      Dataset<Row> table =
          spark()
              .read()
              .format("duckherder")
              .option("dbtable", name)
              .option("partitions", 4)
              .load(file.toString());
      table.createOrReplaceTempView(name);
      Path copy = folder.resolve(name + ".parquet");
      table.write().parquet(copy.toString());
      spark().read().parquet(copy.toString()).createOrReplaceTempView(name + "_copy");
    }
  }

  @AfterEach
  void reset() {
    spark().conf().unset(JOINS);
    spark().conf().unset("spark.sql.ansi.enabled");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM t",
        "SELECT count(name), count(*), min(i), max(i), sum(i) FROM t WHERE i > 1000",
        "SELECT sum(price), count(price), min(price), max(price), avg(price) FROM t",
        "SELECT name, sum(price), count(*) FROM t GROUP BY name",
        "SELECT letter, count(*), min(letter), max(name) FROM t GROUP BY letter",
        "SELECT flag, small, count(DISTINCT name), sum(DISTINCT small) FROM t GROUP BY flag, small",
        "SELECT day, min(moment), max(moment) FROM t WHERE flag GROUP BY day",
        "SELECT DISTINCT name, flag FROM t",
        "SELECT avg(small), avg(i) FROM t GROUP BY flag",
        "SELECT key, sum(b) FROM t GROUP BY key HAVING sum(b) > 299000000",
        "SELECT count(*), sum(i), min(name), avg(price) FROM none",
        "SELECT name, sum(price) FROM none GROUP BY name",
        "SELECT count(*) FROM t WHERE i < 0",
        "SELECT avg(1.00BD), count(*), avg(2.50BD) FROM t",
        "SELECT flag, avg(7), count(*), count(*) + 1 FROM t GROUP BY flag",
        "SELECT key, sum(price) AS s FROM t GROUP BY key ORDER BY s DESC NULLS LAST, key LIMIT 7",
        "SELECT key, max(price) AS s FROM t GROUP BY key ORDER BY key LIMIT 7 OFFSET 5",
        "SELECT key, sum(price) + 1 AS s FROM t GROUP BY key ORDER BY sum(price) DESC, key LIMIT 3",
      })
  void aggregates(String sql) {
    assertPushed(sql, "query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM t ORDER BY i LIMIT 10",
        "SELECT i FROM t ORDER BY name NULLS LAST, i DESC LIMIT 10",
        "SELECT day FROM t WHERE flag ORDER BY price DESC NULLS FIRST, i LIMIT 10",
        "SELECT i FROM t ORDER BY letter, i LIMIT 5 OFFSET 3",
      })
  void sortedStarts(String sql) {
    assertPushed(sql, "query of each partition SELECT");
  }

  @Test
  void limits() {
    Dataset<Row> some = spark().sql("SELECT i, name FROM t WHERE i % 2 = 0 LIMIT 11");
    assertThat(some.collectAsList()).hasSize(11).doesNotHaveDuplicates();
    assertThat(plan(spark().sql("SELECT i FROM t LIMIT 11"))).contains("LIMIT 51");
    assertThat(spark().sql("SELECT count(*) FROM (SELECT 1 FROM t LIMIT 17)").first().getLong(0))
        .isEqualTo(17);
    assertThat(spark().sql("SELECT i FROM t LIMIT 5 OFFSET 599998").collectAsList()).hasSize(2);
  }

  /**
   * Each row's chance is a tenth: of 600,000 rows 60,000, give or take five standard deviations.
   */
  @Test
  void samplesAreOfRowsAndCanBeRepeated() {
    Dataset<Row> sample = spark().sql("SELECT i FROM t TABLESAMPLE (10 PERCENT) REPEATABLE (7)");
    assertThat(plan(sample)).contains("hash(xor(").doesNotContain("Sample 0.0");
    Set<Row> rows = Set.copyOf(sample.collectAsList());
    assertThat(rows).hasSizeBetween(58_800, 61_200);
    assertThat(neighbours(rows)).isBetween(5_600L, 6_400L);
    String count = "SELECT count(*), sum(i) FROM t TABLESAMPLE (10 PERCENT) REPEATABLE (7) WHERE ";
    Row flagged = spark().sql(count + "flag").first();
    assertThat(flagged.getLong(0)).isBetween(28_900L, 31_100L);
    assertThat(flagged.getLong(1))
        .isEqualTo(rows.stream().mapToLong(row -> row.getInt(0)).filter(i -> i % 2 == 0).sum());
    Set<Row> other =
        new HashSet<>(
            spark().sql("SELECT i FROM t TABLESAMPLE (10 PERCENT) REPEATABLE (8)").collectAsList());
    other.retainAll(rows);
    assertThat(other).as("Rows in both of two samples").hasSizeBetween(5_600, 6_400);
  }

  private static long neighbours(Set<Row> rows) {
    return rows.stream().filter(row -> rows.contains(RowFactory.create(row.getInt(0) + 1))).count();
  }

  @Test
  void samplesOfAllAndOfNothing() {
    assertThat(spark().table("t").sample(1.0, 3).count()).isEqualTo(600_000);
    assertThat(spark().table("t").sample(0.0, 3).count()).isZero();
  }

  @Test
  void leavesToSparkWhatIsNoSampleOfRowsOfATable() {
    Dataset<Row> again = spark().table("t").sample(true, 0.5, 3);
    assertThat(plan(again)).contains("Sample 0.0, 0.5, true");
    assertThat(again.count()).isBetween(290_000L, 310_000L);
    Dataset<Row> limited = spark().sql("SELECT * FROM (SELECT i FROM t LIMIT 100)").sample(0.5, 3);
    assertThat(plan(limited)).contains("Sample 0.0, 0.5, false");
    assertThat(limited.count()).isBetween(20L, 80L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT label, count(*), sum(price) FROM t JOIN k ON t.key = k.key GROUP BY label",
        "SELECT count(*), count(label) FROM t LEFT JOIN k ON t.key = k.key",
        "SELECT count(*), count(t.i) FROM t RIGHT JOIN k ON t.key = k.key AND t.flag",
        "SELECT t.i, k.label FROM t JOIN k ON t.key = k.key WHERE t.i < 2000 AND k.key > 100",
        "SELECT a.key, b.label FROM k a JOIN k b ON a.key = b.key JOIN t ON t.i = b.key WHERE t.flag",
        "SELECT label FROM t JOIN k ON t.key = k.key GROUP BY label ORDER BY label LIMIT 3",
        "SELECT sum(a.discount), avg(b.discount) FROM t a JOIN t b ON a.i = b.key",
        "SELECT sum(b.discount), avg(a.discount), avg(b.discount) FROM t a JOIN t b ON a.i = b.key",
      })
  void joins(String sql) {
    spark().conf().set(JOINS, "true");
    assertPushed(sql, " JOIN ");
  }

  @Test
  void leavesFloatingPointToSpark() {
    for (String sql :
        List.of(
            "SELECT sum(ratio) FROM t",
            "SELECT ratio, count(*) FROM t GROUP BY ratio",
            "SELECT avg(ratio), max(ratio) FROM t",
            "SELECT avg(b) FROM t",
            "SELECT stddev(i) FROM t")) {
      assertThat(plan(spark().sql(sql))).as(sql).doesNotContain("query");
      assertThat(rows(sql)).isEqualTo(rows(copied(sql)));
    }
  }

  /** Spark rounds decimals of over 34 digits there, and cannot write a null that is binary. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT max(-x) FROM e",
        "SELECT abs(y), count(*) FROM e GROUP BY abs(y)",
        "SELECT id FROM e WHERE abs(x) = 12345678901234567890123456789012345678BD",
        "SELECT id FROM e ORDER BY -y, id LIMIT 2",
        "SELECT count(nullif(bytes, X'')) FROM e",
        "SELECT count(if(flag, bytes, NULL)) FROM e",
        "SELECT id, nullif(bytes, X'6162') FROM e GROUP BY id, nullif(bytes, X'6162')",
        "SELECT id FROM e WHERE coalesce(nullif(bytes, X'FF'), bytes) = X'00'",
      })
  void leavesToSparkWhatItRoundsOrCannotWrite(String sql) {
    assertThat(Values.rows(spark().sql(sql)))
        .containsExactlyInAnyOrderElementsOf(Values.rows(spark().sql(copied(sql))));
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void overflowsAsSparkDoes(boolean ansi) {
    spark().conf().set("spark.sql.ansi.enabled", ansi);
    String sql = "SELECT sum(huge) FROM t";
    if (ansi) {
      assertThatThrownBy(() -> rows(sql));
      assertThatThrownBy(() -> rows(copied(sql)));
    } else {
      assertThat(rows(sql)).isEqualTo(rows(copied(sql)));
    }
  }

  private static void assertPushed(String sql, String shown) {
    Dataset<Row> pushed = spark().sql(sql);
    assertThat(plan(pushed)).contains(shown);
    assertThat(rows(sql)).isEqualTo(rows(copied(sql)));
  }

  private static String copied(String sql) {
    return sql.replaceAll("(FROM|JOIN) (t|k|none|e)\\b(?! [ab] )(?! ON)", "$1 $2_copy $2")
        .replaceAll("(FROM|JOIN) (t|k)(?= [ab] | ON)", "$1 $2_copy $2")
        .replaceAll("_copy (t|k|none) ([ab]) ", "_copy $2 ");
  }

  private static String plan(Dataset<Row> dataset) {
    return dataset.queryExecution().executedPlan().toString()
        + dataset.queryExecution().optimizedPlan();
  }

  private static List<String> rows(String sql) {
    boolean ordered = sql.contains("ORDER BY");
    List<String> rows =
        spark().sql(sql).collectAsList().stream().map(Row::toString).collect(Collectors.toList());
    if (!ordered) {
      rows.sort(null);
    }
    return rows;
  }
}

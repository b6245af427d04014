package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.JavaConverters;

/** Joins whose one side tells which rows of the other are wanted, while the query runs. */
@ExtendWith(SparkExtension.class)
final class TestRuntimeFilters {
  private static final int FACTS = 1_000_000;
  private static final String ADAPTIVE = "spark.sql.adaptive.enabled";

  @TempDir static Path folder;

  private static DuckDBFile file;
  private static RunningCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    file =
        DuckDBFile.create(
            folder.resolve("star.duckdb"),
            """
            CREATE TABLE facts AS SELECT i, (i // 1000)::INTEGER AS day, (i * 7919 % 20011)::INTEGER AS item,
              CASE WHEN i % 11 > 0 THEN 'shop ' || (i % 97) END AS shop, (i % 50 / 4)::DECIMAL(9, 2) AS price,
              DATE '2020-01-01' + (i // 1000)::INTEGER AS date
            FROM range(1000000) r(i)""",
            """
            CREATE TABLE days AS SELECT i::INTEGER AS day, i // 100 AS hundred, DATE '2020-01-01' + i::INTEGER AS date
            FROM range(1000) r(i)""",
            "CREATE TABLE items AS SELECT i::INTEGER AS item, 'kind ' || (i % 40) AS kind FROM range(20011) r(i)",
            """
            CREATE TABLE shops AS SELECT CASE WHEN i % 10 > 0 THEN 'shop ' || i END AS shop, i % 5 AS region,
              (i / 4)::DECIMAL(9, 2) AS price
            FROM range(97) r(i)""");
    cluster = RunningCluster.start(folder.resolve("state"), 2, Map.of("star", file));
    show("path", file.toString());
  }

  private static void show(String option, String value) {
    for (String name : List.of("facts", "days", "items", "shops")) {
      spark()
          .read()
          .format("duckherder")
          .option(option, value)
          .option("dbtable", name)
          .option("rows-per-partition", 122_880)
          .option("pushdown", name.equals("facts") ? "true" : "filters")
          .load()
          .createOrReplaceTempView(name);
    }
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void reset() {
    spark().conf().unset(ADAPTIVE);
    show("path", file.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // Clustered by day: row groups go.
        "SELECT count(*), sum(i) FROM facts JOIN days ON facts.day = days.day WHERE hundred = 7; 100000; 2",
        "SELECT count(*), sum(i) FROM facts JOIN days ON facts.date = days.date WHERE hundred = 2; 100000; 2",
        // Not clustered: rows go.
        "SELECT kind, count(*) FROM facts JOIN items ON facts.item = items.item WHERE kind LIKE '%d 7' GROUP BY kind; 26000; 9",
        "SELECT region, sum(i) FROM facts JOIN shops ON facts.shop = shops.shop WHERE region = 1 GROUP BY region; 188000; 9",
        "SELECT count(*) FROM facts JOIN shops ON facts.price = shops.price WHERE region = 3; 200001; 9",
        "SELECT count(*) FROM facts LEFT SEMI JOIN shops ON facts.shop = shops.shop AND region = 2; 188000; 9",
        // Two of them.
        "SELECT count(*) FROM facts JOIN days ON facts.day = days.day JOIN shops ON facts.shop = shops.shop"
            + " WHERE hundred = 7 AND region = 1; 20000; 2",
        // A number that the query finds first.
        "SELECT count(*), min(i) FROM facts WHERE day > (SELECT max(day) - 50 FROM days); 50000; 1",
      })
  void readFewerRows(String sql, long mostRows, int mostPartitions) {
    for (String adaptive : List.of("true", "false")) {
      spark().conf().set(ADAPTIVE, adaptive);
      Dataset<Row> query = spark().sql(sql);
      assertThat(sorted(Values.rows(query))).as(sql).isEqualTo(expected(sql));
      BatchScanExec scan = facts(query);
      assertThat(metric(scan, "rowsReceived")).as(sql).isLessThanOrEqualTo(mostRows);
      assertThat(scan.inputRDD().getNumPartitions()).as(sql).isLessThanOrEqualTo(mostPartitions);
    }
  }

  @Test
  void aClusterReadsFewerRows() {
    show("url", cluster.url());
    String sql =
        "SELECT count(*), sum(i) FROM facts JOIN days ON facts.day = days.day WHERE hundred = 7";
    Dataset<Row> query = spark().sql(sql);
    assertThat(Values.rows(query)).isEqualTo(expected(sql));
    assertThat(metric(facts(query), "rowsReceived")).isEqualTo(100_000);
    assertThat(metric(facts(query), "partitionsSkipped")).isGreaterThan(5);
    assertThat(metric(facts(query), "rowGroupsScanned")).isBetween(1L, 2L);
    assertThat(metric(facts(query), "rowGroupsSkipped")).isBetween(7L, 8L);
  }

  @Test
  void readsTellHowLongDuckDBWorked() {
    for (String option : List.of("url", "path")) {
      show(option, option.equals("url") ? cluster.url() : file.toString());
      Dataset<Row> query = spark().sql("SELECT sum(hash(*)) FROM facts");
      query.collectAsList();
      assertThat(metric(facts(query), "timeInDuckDB")).as(option).isPositive();
      assertThat(metric(facts(query), "rowGroupsScanned")).isEqualTo(9);
      assertThat(metric(facts(query), "rowGroupsSkipped")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*), count(hundred) FROM facts LEFT JOIN days ON facts.day = days.day AND hundred = 7",
        "SELECT count(*) FROM shops LEFT JOIN facts ON facts.shop = shops.shop WHERE region = 2",
        "SELECT count(*) FROM facts JOIN days ON facts.day = days.day WHERE hundred = 77",
        "SELECT count(*) FROM facts LEFT ANTI JOIN days ON facts.day = days.day AND hundred = 7",
        "SELECT count(*) FROM facts JOIN shops ON facts.shop <=> shops.shop WHERE region = 0",
        """
        SELECT count(*), sum(i) FROM (
          SELECT i, day FROM facts JOIN days USING (day) WHERE hundred = 1
          UNION ALL SELECT i, day FROM facts JOIN days USING (day) WHERE hundred = 2
          UNION ALL SELECT i, day FROM facts)""",
        """
        WITH f AS (SELECT i, item, day FROM facts WHERE i % 3 = 0)
        SELECT (SELECT count(*) FROM f JOIN items USING (item) WHERE kind = 'kind 3'),
          (SELECT count(*) FROM f JOIN days USING (day) WHERE hundred = 3), (SELECT count(*) FROM f)""",
        "SELECT count(*) FROM (SELECT day FROM facts ORDER BY i LIMIT 100000) f JOIN days USING (day) WHERE hundred = 1",
      })
  void leaveAnswersAsTheyAre(String sql) {
    assertThat(sorted(Values.rows(spark().sql(sql)))).isEqualTo(expected(sql));
  }

  private static List<String> expected(String sql) {
    return sorted(
        file.rows(
            sql.replace("LEFT SEMI", "SEMI")
                .replace("LEFT ANTI", "ANTI")
                .replace("<=>", "IS NOT DISTINCT FROM")));
  }

  private static List<String> sorted(List<String> rows) {
    List<String> sorted = new ArrayList<>(rows);
    Collections.sort(sorted);
    return sorted;
  }

  private static long metric(BatchScanExec scan, String name) {
    return JavaConverters.mapAsJavaMap(scan.metrics()).get(name).value();
  }

  /** The scan of the large table, as it ran. */
  private static BatchScanExec facts(Dataset<Row> query) {
    List<BatchScanExec> scans = new ArrayList<>();
    collect(query.queryExecution().executedPlan(), scans);
    return scans.stream()
        .filter(scan -> scan.scan().description().contains("facts"))
        .findFirst()
        .orElseThrow();
  }

  private static void collect(SparkPlan plan, List<BatchScanExec> into) {
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      collect(adaptive.executedPlan(), into);
    } else if (plan instanceof QueryStageExec stage) {
      collect(stage.plan(), into);
    } else if (plan instanceof BatchScanExec scan) {
      into.add(scan);
    }
    JavaConverters.seqAsJavaList(plan.children()).forEach(child -> collect(child, into));
  }
}

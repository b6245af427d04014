package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.tpch.TpchDatabase;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads from a cluster of real processes: DuckDB's rows, also when a worker is killed meanwhile.
 */
@ExtendWith(SparkExtension.class)
final class TestClusterReads {
  @TempDir static Path folder;

  private static DuckDBFile tpch;
  private static DuckDBFile numbers;
  private static RunningCluster cluster;

  /** The cluster whose worker dies; tasks of the same JVM see it. */
  private static RunningCluster dying;

  private static final AtomicReference<ProcessHandle> KILLED = new AtomicReference<>();

  @BeforeAll
  static void start() throws Exception {
    Path path = folder.resolve("tpch.duckdb");
    TpchDatabase.create(path, 0.01);
    tpch = new DuckDBFile(path);
    numbers =
        DuckDBFile.create(
            folder.resolve("numbers.duckdb"),
            "CREATE TABLE t AS SELECT range AS i, hash(range)::VARCHAR AS s FROM range(3000000)",
            "CREATE TABLE shapes(i INTEGER, g GEOMETRY)",
            "INSERT INTO shapes VALUES (1, NULL)");
    Map<String, DuckDBFile> databases = new LinkedHashMap<>();
    databases.put("tpch", tpch);
    databases.put("numbers", numbers);
    cluster = RunningCluster.start(folder.resolve("state"), 2, databases);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void givesDuckDBsRowsOfTpch() {
    for (String table : List.of("lineitem", "orders", "supplier", "region")) {
      Dataset<Row> rows = table(cluster, "tpch", table);
      assertThat(Values.rows(rows.orderBy(columns(rows))))
          .as(table)
          .isEqualTo(tpch.rows("FROM " + table + " ORDER BY ALL"));
    }
  }

  @Test
  void pushesColumnsAndFilters() {
    Dataset<Row> rows =
        table(cluster, "tpch", "lineitem")
            .where("l_shipdate < DATE'1992-06-01' AND l_shipmode = 'AIR'")
            .selectExpr("count(*)", "sum(l_extendedprice)");
    assertThat(Values.rows(rows))
        .isEqualTo(
            tpch.rows(
                "SELECT count(*), sum(l_extendedprice) FROM lineitem"
                    + " WHERE l_shipdate < '1992-06-01' AND l_shipmode = 'AIR'"));
  }

  @Test
  void leavesAggregatesToTheCluster() {
    Dataset<Row> rows =
        table(cluster, "tpch", "lineitem")
            .where("l_shipdate <= DATE'1998-09-02'")
            .groupBy("l_returnflag", "l_linestatus")
            .agg(
                expr("sum(l_extendedprice * (1 - l_discount) * (1 + l_tax))"),
                expr("sum(l_quantity)"),
                expr("count(*)"))
            .orderBy("l_returnflag", "l_linestatus");
    assertThat(rows.queryExecution().executedPlan().toString())
        .contains("query SELECT")
        .doesNotContain("HashAggregate");
    assertThat(Values.rows(rows))
        .isEqualTo(
            tpch.rows(
                "SELECT l_returnflag, l_linestatus,"
                    + " sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)), sum(l_quantity),"
                    + " count(*) FROM lineitem WHERE l_shipdate <= '1998-09-02' GROUP BY ALL"
                    + " ORDER BY ALL"));
  }

  @Test
  void readsQueriesWhole() {
    Dataset<Row> rows =
        cluster(
            cluster, Map.of("query", "SELECT i % 3 AS k, count(*) AS n FROM numbers.t GROUP BY k"));
    assertThat(Values.rows(rows.orderBy("k")))
        .containsExactly("0|1000000", "1|1000000", "2|1000000");
    assertThat(rows.queryExecution().executedPlan().toString())
        .contains("duckherder a query on 127.0.0.1:")
        .contains("in one partition because");
  }

  @Test
  void countsWithoutColumns() {
    assertThat(table(cluster, "numbers", "t").count()).isEqualTo(3_000_000);
  }

  @Test
  void cutsATableOverBothWorkers() {
    Dataset<Row> rows = table(cluster, "numbers", "t");
    assertThat(rows.rdd().getNumPartitions()).isGreaterThanOrEqualTo(2);
    assertThat(Values.rows(rows.selectExpr("sum(i)", "sum(hash(s) % 7)", "count(DISTINCT s)")))
        .hasSize(1);
    assertThat(Values.column(rows.selectExpr("sum(i)")))
        .isEqualTo(numbers.rows("SELECT sum(i) FROM t"));
  }

  @Test
  void closesStreamsAtALimit() {
    assertThat(table(cluster, "numbers", "t").limit(3).collectAsList()).hasSize(3);
  }

  @Test
  void namesWhatIsNotThere() {
    assertThatThrownBy(() -> table(cluster, "tpch", "lineitems"))
        .hasMessageContaining("Table with name lineitems does not exist");
    assertThatThrownBy(() -> table(cluster, "sales", "t")).hasMessageContaining("sales");
  }

  @Test
  void failsOnAnUnsupportedTypeOnlyWhereItIsSelected() {
    Dataset<Row> rows = table(cluster, "numbers", "shapes");
    assertThat(Values.rows(rows.select("i"))).containsExactly("1");
    assertThatThrownBy(rows::collectAsList)
        .hasStackTraceContaining(
            "Cannot read column \"g\": Spark has no type for DuckDB's GEOMETRY");
  }

  @Test
  void givesTheRightAnswerWhenAWorkerIsKilledMeanwhile() throws Exception {
    dying = RunningCluster.start(folder.resolve("dying"), 2, Map.of("numbers", numbers));
    try {
      Dataset<Row> rows = cluster(dying, Map.of("dbtable", "t", "partitions", "4"));
      List<Long> sums =
          rows.select("i", "s")
              .javaRDD()
              .mapPartitions(
                  part -> {
                    long sum = 0;
                    long count = 0;
                    while (part.hasNext()) {
                      Row row = part.next();
                      sum += row.getLong(0) + row.getString(1).length();
                      if (++count == 100) {
                        killAWorker();
                      }
                    }
                    return List.of(sum, count).iterator();
                  })
              .collect();
      assertThat(KILLED.get()).isNotNull();
      assertThat(KILLED.get().isAlive()).isFalse();
      long total = 0;
      for (long part : sums) {
        total += part;
      }
      assertThat(String.valueOf(total))
          .isEqualTo(numbers.rows("SELECT sum(i) + sum(length(s)) + count(*) FROM t").get(0));
      assertThat(cluster(dying, Map.of("dbtable", "t")).count()).isEqualTo(3_000_000);
    } finally {
      dying.close();
    }
  }

  private static void killAWorker() {
    ProcessHandle worker = dying.workers().get(0);
    if (KILLED.compareAndSet(null, worker)) {
      worker.destroyForcibly();
      worker.onExit().join();
    }
  }

  private static Dataset<Row> table(RunningCluster cluster, String database, String table) {
    return cluster(cluster, Map.of("database", database, "dbtable", table));
  }

  private static Dataset<Row> cluster(RunningCluster cluster, Map<String, String> options) {
    return spark().read().format("duckherder").option("url", cluster.url()).options(options).load();
  }

  private static org.apache.spark.sql.Column[] columns(Dataset<Row> rows) {
    return java.util.Arrays.stream(rows.columns())
        .map(org.apache.spark.sql.functions::col)
        .toArray(org.apache.spark.sql.Column[]::new);
  }
}

package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.tpch.TpchDatabase;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole reads in embedded mode: shapes of tables, broken files, tasks that end early. */
@ExtendWith(SparkExtension.class)
final class TestReads {
  @TempDir Path folder;

  @Test
  void givesDuckDBsRowsOfTpch() {
    Path path = folder.resolve("tpch.duckdb");
    TpchDatabase.create(path, 0.01);
    DuckDBFile file = new DuckDBFile(path);
    for (String table : List.of("lineitem", "orders", "customer", "part", "partsupp", "nation")) {
      List<String> expected = file.rows("FROM " + table + " ORDER BY ALL");
      List<String> found = Values.rows(sorted(table(file, table)));
      assertThat(found).as(table).isEqualTo(expected);
    }
  }

  @Test
  void readsTablesWithoutRowsAndReadsWithoutColumns() {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("e.duckdb"),
            "CREATE TABLE empty(a INTEGER, b VARCHAR[])",
            "CREATE TABLE filled AS SELECT range AS i FROM range(300000)",
            "DELETE FROM filled WHERE i % 3 = 0");
    assertThat(table(file, "empty").collectAsList()).isEmpty();
    assertThat(table(file, "empty").count()).isZero();
    assertThat(table(file, "filled").count()).isEqualTo(200_000);
    assertThat(table(file, "filled").selectExpr("1").count()).isEqualTo(200_000);
    assertThat(table(file, "filled").where("i < 0").count()).isZero();
    assertThat(Values.column(table(file, "filled").selectExpr("sum(i)")))
        .isEqualTo(file.rows("SELECT sum(i) FROM filled"));
  }

  @Test
  void readsWideAndDeepTables() {
    String columns =
        IntStream.range(0, 300)
            .mapToObj(i -> "range + " + i + " AS c" + i)
            .collect(Collectors.joining(", "));
    String deep =
        "{'a': [{'b': MAP {'k' || range: [[range, NULL], NULL]}, 'c': NULL}, NULL], 'd': [range][1:1]}";
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("w.duckdb"),
            "CREATE TABLE wide AS SELECT " + columns + " FROM range(3000)",
            "CREATE TABLE deep AS SELECT range AS i, " + deep + " AS v FROM range(10000)");
    assertThat(Values.rows(table(file, "wide").orderBy("c0")))
        .isEqualTo(file.rows("FROM wide ORDER BY c0"));
    assertThat(
            Values.column(
                table(file, "deep").selectExpr("sum(v.a[0].b['k' || i][0][0]) + sum(v.d[0])")))
        .containsExactly(String.valueOf(2L * 9999 * 10000 / 2));
  }

  @Test
  void readsAColumnCalledRowid() {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("r.duckdb"),
            "CREATE TABLE t AS SELECT -range AS rowid, range AS v FROM range(1000)");
    assertThat(Values.rows(table(file, "t").where("rowid > -3").orderBy("v")))
        .containsExactly("0|0", "-1|1", "-2|2");
  }

  @Test
  void closesItsMemoryAtALimit() {
    DuckDBFile file = numbers(2_000_000);
    assertThat(table(file, "t").limit(5).collectAsList()).hasSize(5);
    assertThat(table(file, "t").head(1)).isNotNull();
  }

  @Test
  void stopsWithACancelledJob() throws Exception {
    DuckDBFile file = numbers(1_000);
    Dataset<Row> endless =
        spark()
            .read()
            .format("duckherder")
            .option("query", "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b, t")
            .load(file.toString());
    var context = spark().sparkContext();
    Thread job =
        new Thread(
            () -> {
              context.setJobGroup("endless", "endless", false);
              assertThatThrownBy(endless::collectAsList).hasStackTraceContaining("cancelled");
            });
    job.start();
    awaitTrue(() -> context.statusTracker().getJobIdsForGroup("endless").length > 0);
    awaitTrue(() -> runningTasks() > 0);
    context.cancelJobGroup("endless");
    job.join(Duration.ofMinutes(2).toMillis());
    assertThat(job.isAlive()).isFalse();
    awaitTrue(() -> runningTasks() == 0);
  }

  @Test
  void cancelsEachReadOfAKilledTaskOnceAlsoAfterOneThatFails() throws InterruptedException {
    TaskContextImpl task = TaskContext$.MODULE$.empty();
    task.markInterrupted("killed");
    List<FailingRead> reads = List.of(new FailingRead(), new FailingRead(), new FailingRead());
    for (FailingRead read : reads) {
      TaskWatch.over(task, read);
      awaitTrue(() -> read.cancelled.get() > 0);
    }
    assertThat(reads).allSatisfy(read -> assertThat(read.cancelled).hasValue(1));
    task.markTaskCompleted(scala.Option.empty());
    assertThat(reads).allSatisfy(read -> assertThat(read.closed).hasValue(1));
  }

  private static final class FailingRead implements TaskWatch.CancellableReader {
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Override
    public void cancel() {
      cancelled.incrementAndGet();
      throw new IllegalStateException("This read cannot be cancelled");
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  @Test
  void failsOnFilesThatAreNoDatabases() throws IOException {
    Path text = Files.writeString(folder.resolve("text.duckdb"), "no database".repeat(5_000));
    assertThatThrownBy(() -> table(new DuckDBFile(text), "t"))
        .hasMessageContaining("it is not a DuckDB database file");
    assertThatThrownBy(() -> table(new DuckDBFile(folder.resolve("none.duckdb")), "t"))
        .hasMessageContaining("none.duckdb\": no such file");
  }

  @Test
  void failsOnADamagedBlockAndGivesNoPartOfTheRows() throws IOException {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("d.duckdb"),
            "CREATE TABLE t AS SELECT hash(range) AS h FROM range(1000000)");
    try (RandomAccessFile bytes = new RandomAccessFile(file.path().toFile(), "rw")) {
      for (long at = bytes.length() / 3; at < bytes.length() / 2; at += 4_096) {
        bytes.seek(at);
        bytes.write(0x5A);
      }
    }
    assertThatThrownBy(() -> table(file, "t").collectAsList()).hasStackTraceContaining("checksum");
  }

  @Test
  void failsOnAFileThatChangedSinceItWasPlanned() throws IOException {
    DuckDBFile file = numbers(1_000);
    Dataset<Row> rows = table(file, "t");
    rows.queryExecution().executedPlan();
    assertThat(rows.rdd().getNumPartitions()).isOne();
    DuckDBFile other =
        DuckDBFile.create(
            folder.resolve("other.duckdb"), "CREATE TABLE t AS SELECT range AS i FROM range(1001)");
    Files.move(other.path(), file.path(), StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> rows.rdd().collect()).satisfies(TestReads::tellsToLoadTheTableAgain);
    assertThat(table(file, "t").count()).isEqualTo(1_001);
  }

  @Test
  void failsOnAFileThatChangedWhileNoTaskHadItOpen() throws Exception {
    DuckDBFile file = numbers(1_000);
    Dataset<Row> rows = table(file, "t");
    assertThat(rows.rdd().getNumPartitions()).isOne();
    SparkExtension.closeIdleFiles();
    DuckDBFile other =
        DuckDBFile.create(
            folder.resolve("other.duckdb"), "CREATE TABLE t AS SELECT range AS i FROM range(1001)");
    Files.move(other.path(), file.path(), StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> rows.rdd().collect()).satisfies(TestReads::tellsToLoadTheTableAgain);
  }

  private static void tellsToLoadTheTableAgain(Throwable failure) {
    assertThat(Throwables.getStackTrace(failure))
        .contains("the file changed since the read was planned; load the table again")
        .doesNotContain("duckherder_refresh");
  }

  @Test
  void readsAFileThatTookThePlaceOfOneOfTheSameSizeAndTime() throws Exception {
    DuckDBFile file = numbers(1_000);
    assertThat(table(file, "t").count()).isEqualTo(1_000);
    SparkExtension.closeIdleFiles();
    DuckDBFile other =
        DuckDBFile.create(
            folder.resolve("other.duckdb"), "CREATE TABLE t AS SELECT range AS i FROM range(1001)");
    assertThat(other.path()).hasSize(Files.size(file.path()));
    Files.setLastModifiedTime(other.path(), Files.getLastModifiedTime(file.path()));
    Files.move(other.path(), file.path(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(table(file, "t").count()).isEqualTo(1_001);
  }

  @Test
  void showsItsMetricsAndThatAQueryRunsWhole() {
    DuckDBFile file = numbers(1_000);
    Dataset<Row> rows =
        spark()
            .read()
            .format("duckherder")
            .option("query", "SELECT i % 10 AS k, count(*) AS n FROM t GROUP BY k")
            .load(file.toString());
    assertThat(rows.queryExecution().executedPlan().toString())
        .contains("in one partition because");
    rows.collectAsList();
    var metrics = rows.queryExecution().executedPlan().collectLeaves().head().metrics();
    assertThat(metrics.apply("rowsReceived").value()).isEqualTo(10);
    assertThat(metrics.apply("batchesReceived").value()).isEqualTo(1);
    assertThat(metrics.apply("bytesReceived").value()).isPositive();
  }

  @Test
  void showsThePartitionsThatItSkips() {
    DuckDBFile file = numbers(600_000);
    Dataset<Row> rows =
        spark()
            .read()
            .format("duckherder")
            .option("dbtable", "t")
            .option("partitions", 4)
            .load(file.toString())
            .where("i >= 599990");
    assertThat(rows.collectAsList()).hasSize(10);
    var metrics = rows.queryExecution().executedPlan().collectLeaves().head().metrics();
    assertThat(metrics.apply("partitionsSkipped").value()).isEqualTo(3);
    assertThat(metrics.apply("retries").value()).isZero();
  }

  @Test
  void broadcastsASmallTableOfAJoin() {
    DuckDBFile file = numbers(1_000);
    Dataset<Row> joined = table(file, "t").as("a").join(spark().range(10_000_000).toDF("i"), "i");
    assertThat(joined.queryExecution().executedPlan().toString()).contains("BroadcastHashJoin");
    assertThat(joined.count()).isEqualTo(1_000);
  }

  @Test
  void broadcastsTextOnlyOfFewRows() {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("text.duckdb"),
            "CREATE TABLE nations AS SELECT range AS i, 'nation' || range AS s FROM range(25)",
            "CREATE TABLE pages AS SELECT range AS i, repeat(range::VARCHAR, 50000) AS s,"
                + " uuidv4() AS id FROM range(1000)",
            "CREATE TABLE lists AS SELECT range AS i, range(range) AS l FROM range(1000)");
    Dataset<Row> numbers = spark().range(10_000_000).toDF("i");
    assertThat(plan(table(file, "nations").join(numbers, "i"))).contains("BroadcastHashJoin");
    assertThat(plan(table(file, "pages").join(numbers, "i"))).doesNotContain("Broadcast");
    assertThat(plan(table(file, "lists").join(numbers, "i"))).doesNotContain("Broadcast");
    assertThat(plan(table(file, "pages").select("i", "id").join(numbers, "i")))
        .contains("BroadcastHashJoin");
  }

  @Test
  void readsOnceWhatAJoinReadsTwice() {
    DuckDBFile numbers = numbers(1_000);
    // A side that is broadcast is no exchange of the other.
    spark().conf().set("spark.sql.autoBroadcastJoinThreshold", "-1");
    try {
      Dataset<Row> counts = table(numbers, "t").groupBy("i").count();
      Dataset<Row> same = counts.as("a").join(counts.as("b"), "i");
      assertThat(same.collectAsList()).hasSize(1_000);
      assertThat(plan(same)).contains("ReusedExchange");
      Dataset<Row> others = table(numbers, "t").where("i > 5").groupBy("i").count();
      Dataset<Row> mixed = counts.join(others, "i");
      assertThat(mixed.collectAsList()).hasSize(994);
      assertThat(plan(mixed)).doesNotContain("ReusedExchange");
    } finally {
      spark().conf().unset("spark.sql.autoBroadcastJoinThreshold");
    }
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().executedPlan().toString();
  }

  private DuckDBFile numbers(int rows) {
    return DuckDBFile.create(
        folder.resolve("n.duckdb"), "CREATE TABLE t AS SELECT range AS i FROM range(" + rows + ")");
  }

  private static Dataset<Row> table(DuckDBFile file, String table) {
    return spark().read().format("duckherder").option("dbtable", table).load(file.toString());
  }

  private static Dataset<Row> sorted(Dataset<Row> rows) {
    return rows.orderBy(
        java.util.Arrays.stream(rows.columns())
            .map(org.apache.spark.sql.functions::col)
            .toArray(org.apache.spark.sql.Column[]::new));
  }

  private static int runningTasks() {
    return java.util.Arrays.stream(spark().sparkContext().statusTracker().getExecutorInfos())
        .mapToInt(executor -> executor.numRunningTasks())
        .sum();
  }

  private static void awaitTrue(java.util.function.BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(Duration.ofMinutes(2));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("deadline").isBefore(deadline);
      Thread.onSpinWait();
    }
  }
}

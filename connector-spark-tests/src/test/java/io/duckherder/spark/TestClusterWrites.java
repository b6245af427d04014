package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Writes to a managed database. */
@ExtendWith(SparkExtension.class)
final class TestClusterWrites {
  private static final AtomicReference<AtomicReference<Callable<Void>>> MEANWHILE =
      new AtomicReference<>();

  @TempDir static Path folder;

  private static RunningCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        RunningCluster.startManaged(
            folder.resolve("state"), 1, Map.of("shop", folder.resolve("shop.duckdb")));
    spark().conf().set("spark.sql.catalog.writes", DuckherderCatalog.class.getName());
    spark().conf().set("spark.sql.catalog.writes.url", cluster.url());
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static void make(String table) {
    spark().sql("CREATE TABLE writes.main." + table + " (id BIGINT, name STRING)");
    spark().sql("INSERT INTO writes.main." + table + " VALUES (1, 'one')");
  }

  private static Dataset<Row> numbers(long count) {
    return spark().range(0, count, 1, 4).selectExpr("id", "'n' || id AS name");
  }

  private static List<String> rows(String sql) {
    return Values.rows(spark().sql(sql));
  }

  @Test
  void rowsAreAppendedByFormat() {
    make("formatted");
    numbers(100_000)
        .write()
        .format("duckherder")
        .mode("append")
        .option("url", cluster.url())
        .option("dbtable", "formatted")
        .save();
    assertThat(
            rows(
                "SELECT count(*), count(DISTINCT id), count(DISTINCT name), max(name), count_if(name = 'n' || id) FROM writes.main.formatted"))
        .containsExactly("100001|100000|100001|one|100000");
    assertThat(Files.exists(folder.resolve("state/staging"))).isFalse();
  }

  @Test
  void rowsAreAppendedBySql() {
    make("queried");
    spark().sql("INSERT INTO writes.main.queried VALUES (2, 'two'), (3, NULL)");
    spark()
        .sql("INSERT INTO writes.main.queried (name, id) SELECT name, id FROM writes.main.queried");
    assertThat(rows("SELECT id, name, count(*) FROM writes.main.queried GROUP BY ALL ORDER BY 1"))
        .containsExactly("1|one|2", "2|two|2", "3|null|2");
  }

  @Test
  void rowsAreReplaced() throws Exception {
    make("replaced");
    numbers(10).writeTo("writes.main.replaced").append();
    spark().sql("INSERT OVERWRITE writes.main.replaced SELECT 7, 'seven'");
    assertThat(rows("SELECT * FROM writes.main.replaced")).containsExactly("7|seven");
    numbers(10).writeTo("writes.main.replaced").overwrite(col("id").geq(7));
    assertThat(rows("SELECT count(*), min(id) FROM writes.main.replaced")).containsExactly("10|0");
  }

  @Test
  void rowsThatSparkFindsAreChanged() throws Exception {
    make("changing");
    numbers(10).writeTo("writes.main.changing").append();
    spark().sql("DELETE FROM writes.main.changing WHERE id % 3 = 0 AND reverse(name) <> 'eno'");
    spark()
        .sql(
            "UPDATE writes.main.changing SET name = upper(name), id = id * 10 WHERE length(name) > 2");
    spark()
        .sql(
            """
            MERGE INTO writes.main.changing t
            USING (SELECT * FROM VALUES (2, 'two'), (4, NULL), (99, 'new') AS s(k, v)) s ON t.id = s.k
            WHEN MATCHED AND s.v IS NULL THEN DELETE
            WHEN MATCHED THEN UPDATE SET name = s.v
            WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.k, s.v)
            WHEN NOT MATCHED BY SOURCE AND t.id = 8 THEN DELETE""");
    assertThat(rows("SELECT * FROM writes.main.changing ORDER BY id, name"))
        .containsExactly("1|n1", "2|two", "5|n5", "7|n7", "10|ONE", "99|new");
  }

  /** Snapshots are made of the log, which has to tell them. */
  @Test
  void zerosChangeTheirSigns() {
    spark().sql("CREATE TABLE writes.main.zeros (id BIGINT, d DOUBLE, part STRUCT<f: FLOAT>)");
    spark()
        .sql("INSERT INTO writes.main.zeros SELECT id, -0D, named_struct('f', 0F) FROM range(10)");
    spark().sql("UPDATE writes.main.zeros SET d = -d, part.f = -part.f WHERE id % 2 = 0");
    assertThat(
            rows(
                """
                SELECT id % 2, count(*), count_if(CAST(d AS STRING) LIKE '-%'),
                  count_if(CAST(part.f AS STRING) LIKE '-%')
                FROM writes.main.zeros GROUP BY 1 ORDER BY 1"""))
        .containsExactly("0|5|0|5", "1|5|5|0");
  }

  /** Does something in the midst of a statement: once, in the first row that is looked at. */
  private static void meanwhile(Callable<Void> work) {
    AtomicReference<Callable<Void>> todo = new AtomicReference<>(work);
    MEANWHILE.set(todo);
    spark()
        .udf()
        .register(
            "meanwhile",
            (UDF1<Long, Long>)
                value -> {
                  Callable<Void> now = MEANWHILE.get().getAndSet(null);
                  if (now != null) {
                    now.call();
                  }
                  return value;
                },
            DataTypes.LongType);
  }

  @Test
  void rowsThatWereChangedMeanwhileAreAConflict() throws Exception {
    make("contended");
    make("elsewhere");
    String update = "UPDATE writes.main.contended SET name = 'mine' WHERE meanwhile(id) = 1";
    meanwhile(
        () -> {
          cluster.sql(folder, "INSERT INTO elsewhere VALUES (2, 'theirs')");
          return null;
        });
    spark().sql(update);
    meanwhile(
        () -> {
          cluster.sql(folder, "INSERT INTO contended VALUES (2, 'theirs')");
          return null;
        });
    assertThatThrownBy(() -> spark().sql(update))
        .hasStackTraceContaining("table \"contended\" was written");
    assertThat(rows("SELECT * FROM writes.main.contended ORDER BY 1"))
        .containsExactly("1|mine", "2|theirs");
  }

  @Test
  void aCachedTableHasTheRowsOfAWriteThatReads() {
    make("cached");
    make("source");
    spark().sql("CACHE TABLE writes.main.cached");
    spark().sql("INSERT INTO writes.main.cached SELECT id + 1, name FROM writes.main.source");
    assertThat(rows("SELECT count(*) FROM writes.main.cached")).containsExactly("2");
    spark().sql("UPDATE writes.main.cached SET name = upper(name) WHERE length(name) = 3");
    assertThat(rows("SELECT DISTINCT name FROM writes.main.cached")).containsExactly("ONE");
    spark().sql("UNCACHE TABLE writes.main.cached");
  }

  @Test
  void aBatchOfAStreamReadsWhatItWrote() throws Exception {
    make("dimension");
    Files.createDirectories(folder.resolve("arriving"));
    Files.writeString(folder.resolve("arriving/one.csv"), "1,first\n2,second\n");
    List<String> seen = new CopyOnWriteArrayList<>();
    StreamingQuery query =
        spark()
            .readStream()
            .schema("id BIGINT, name STRING")
            .csv(folder.resolve("arriving").toString())
            .writeStream()
            .trigger(Trigger.AvailableNow())
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .foreachBatch(
                (VoidFunction2<Dataset<Row>, Long>)
                    (batch, number) -> {
                      batch.createOrReplaceTempView("arrived");
                      String count = "SELECT count(*), max(name) FROM writes.main.dimension";
                      seen.addAll(Values.rows(batch.sparkSession().sql(count)));
                      for (String change : List.of("name = s.name", "name = upper(t.name)")) {
                        batch
                            .sparkSession()
                            .sql(
                                """
                                MERGE INTO writes.main.dimension t USING arrived s ON t.id = s.id
                                WHEN MATCHED THEN UPDATE SET %s WHEN NOT MATCHED THEN INSERT *"""
                                    .formatted(change));
                        seen.addAll(Values.rows(batch.sparkSession().sql(count)));
                      }
                    })
            .start();
    try {
      query.awaitTermination();
    } finally {
      query.stop();
    }
    assertThat(seen).containsExactly("1|one", "2|second", "2|SECOND");
  }

  @Test
  void aColumnThatGetsAnotherTypeMeanwhileIsNotWritten() throws Exception {
    cluster.sql(
        folder, "CREATE TABLE halves (x DOUBLE)", "CREATE TABLE texts (id BIGINT, x VARCHAR)");
    meanwhile(
        () -> {
          cluster.sql(folder, "ALTER TABLE halves ALTER x TYPE INTEGER");
          return null;
        });
    Dataset<Row> halves = spark().range(0, 4, 1, 2).selectExpr("meanwhile(id) / 2D AS x");
    assertThatThrownBy(() -> halves.writeTo("writes.main.halves").append())
        .hasStackTraceContaining(
            "Cannot write column \"x\" of \"main\".\"halves\": it was DOUBLE when the write was planned, and is INTEGER now");
    assertThat(rows("SELECT count(*) FROM writes.main.halves")).containsExactly("0");
    // JSON keeps texts as they are.
    meanwhile(
        () -> {
          cluster.sql(folder, "ALTER TABLE texts ALTER x TYPE JSON");
          return null;
        });
    spark()
        .range(0, 2, 1, 2)
        .selectExpr("meanwhile(id) AS id", "'[ ' || id || ']' AS x")
        .writeTo("writes.main.texts")
        .append();
    assertThat(rows("SELECT x FROM writes.main.texts ORDER BY id")).containsExactly("[ 0]", "[ 1]");
  }

  @Test
  void aTaskThatRunsTwiceIsWrittenOnce() {
    make("retried");
    spark()
        .udf()
        .register(
            "failing",
            (UDF1<Long, Long>)
                value -> {
                  if (value % 20_000 == 19_999 && TaskContext.get().attemptNumber() < 2) {
                    throw new IllegalStateException("The task ends here");
                  }
                  return value;
                },
            DataTypes.LongType);
    assertThatCode(
            () ->
                spark()
                    .range(0, 80_000, 1, 4)
                    .selectExpr("failing(id) AS id", "'n' AS name")
                    .writeTo("writes.main.retried")
                    .append())
        .doesNotThrowAnyException();
    assertThat(rows("SELECT count(*), count(DISTINCT id) FROM writes.main.retried"))
        .containsExactly("80001|80000");
  }

  @Test
  void everyTypeThatATableHasIsWritten() {
    String columns =
        """
        b BOOLEAN, ti TINYINT, si SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, small DECIMAL(9, 2),
        large DECIMAL(38, 10), s STRING, x BINARY, day DATE, t TIMESTAMP, n TIMESTAMP_NTZ,
        a ARRAY<INT>, m MAP<STRING, BIGINT>, st STRUCT<p: INT, q: ARRAY<STRUCT<r: STRING>>>""";
    String values =
        """
        true, -128Y, 32767S, -2147483648, 9223372036854775807L, CAST('NaN' AS FLOAT), -0.0D, -12.34BD,
        -1234567890123456789012345678.0123456789BD, 'a\u0000\u00e9', X'00FF', DATE '0001-01-01',
        TIMESTAMP '9999-12-31 12:00:00.123456', TIMESTAMP_NTZ '1582-10-10 00:00:00', array(1, NULL),
        map('k', 1L, 'n', NULL), named_struct('p', 1, 'q', array(NULL, named_struct('r', 'deep')))""";
    spark().sql("CREATE TABLE writes.main.kinds (" + columns + ")");
    String nothing = String.join(", ", Collections.nCopies(17, "NULL"));
    String empty = nothing.replaceFirst("NULL, NULL, NULL$", "array(), map(), NULL");
    String select =
        "SELECT %s UNION ALL SELECT %s UNION ALL SELECT %s".formatted(values, nothing, empty);
    spark().sql("INSERT INTO writes.main.kinds " + select);
    assertThat(rows("SELECT * FROM writes.main.kinds"))
        .containsExactlyInAnyOrderElementsOf(rows(select));
  }

  @Test
  void aValueThatDoesNotFitIsNotWritten() throws Exception {
    cluster.sql(
        folder,
        "CREATE TABLE narrow (u UTINYINT, e ENUM ('a', 'b'), s TIMESTAMP_S, k INTEGER PRIMARY KEY)");
    spark().sql("INSERT INTO writes.main.narrow VALUES (255, 'a', TIMESTAMP_NTZ '2020-01-01', 1)");
    assertFails("(256, 'a', NULL, 2)", "out of range");
    assertFails("(1, 'c', NULL, 2)", "Could not convert string 'c'");
    assertFails(
        "(1, 'a', TIMESTAMP_NTZ '2020-01-01 00:00:00.5', 2)", "its TIMESTAMP_S keeps seconds");
    assertFails("(1, 'a', NULL, 1)", "primary key");
    assertFails("(1, CAST(X'FF' AS STRING), NULL, 2)", "not valid UTF-8");
    spark().sql("UPDATE writes.main.narrow SET u = 7 WHERE reverse(e) = 'a'");
    spark().sql("INSERT OVERWRITE writes.main.narrow SELECT 9, 'b', NULL, 1");
    assertThat(rows("SELECT * FROM writes.main.narrow")).containsExactly("9|b|null|1");
  }

  /** Spark gives NULL for a column that is left out, and does not say so. */
  @Test
  void nullIsNotTakenForADefaultThatSparkDoesNotKnow() throws Exception {
    cluster.sql(
        folder,
        "CREATE SEQUENCE ids",
        "CREATE TABLE hidden (id BIGINT DEFAULT nextval('ids'), name VARCHAR, size INTEGER DEFAULT 7)");
    String insert = "INSERT INTO writes.main.hidden";
    assertThatThrownBy(() -> spark().sql(insert + " (name) VALUES ('a')"))
        .hasStackTraceContaining("Cannot write NULL into column \"id\"");
    assertThatThrownBy(() -> spark().sql(insert + " VALUES (NULL, 'a', 1)"))
        .hasStackTraceContaining("Cannot write NULL into column \"id\"");
    spark().sql(insert + " (id, name) VALUES (5, NULL)");
    spark().sql("UPDATE writes.main.hidden SET name = 'b' WHERE reverse(CAST(id AS STRING)) = '5'");
    assertThatThrownBy(
            () ->
                spark()
                    .sql(
                        """
                        MERGE INTO writes.main.hidden h USING (SELECT 9 AS id, 'c' AS name) s
                        ON h.id = s.id WHEN NOT MATCHED THEN INSERT (name) VALUES (s.name)"""))
        .hasStackTraceContaining("Cannot write NULL into column \"id\"");
    assertThat(rows("SELECT * FROM writes.main.hidden")).containsExactly("5|b|7");
  }

  private static void assertFails(String values, String message) {
    assertThatThrownBy(() -> spark().sql("INSERT INTO writes.main.narrow VALUES " + values))
        .hasStackTraceContaining(message);
  }

  @Test
  void whatIsNoTableIsNotWritten() throws Exception {
    make("base");
    cluster.sql(folder, "CREATE VIEW seen AS FROM base");
    assertThatThrownBy(() -> spark().sql("INSERT INTO writes.main.seen VALUES (1, 'x')"))
        .hasMessageContaining("does not support append");
    assertThatThrownBy(() -> spark().sql("DELETE FROM writes.main.seen WHERE reverse(name) = 'x'"))
        .hasMessageContaining("Cannot change");
    assertThatThrownBy(() -> numbers(1).writeTo("writes.main.base").overwritePartitions())
        .hasMessageContaining("dynamic overwrite");
    assertThatThrownBy(() -> numbers(1).writeTo("writes.main.base").option("mode", "x").append())
        .hasMessageContaining("Unknown option \"mode\"");
  }

  @Test
  void aTaskThatFailsLeavesNothing() {
    make("failing");
    assertThatThrownBy(
            () ->
                spark()
                    .range(0, 1000, 1, 4)
                    .selectExpr("id", "CASE WHEN id = 999 THEN raise_error('no') END AS name")
                    .writeTo("writes.main.failing")
                    .append())
        .hasStackTraceContaining("no");
    assertThat(rows("SELECT * FROM writes.main.failing")).containsExactly("1|one");
    assertThat(Files.exists(folder.resolve("state/staging"))).isFalse();
  }
}

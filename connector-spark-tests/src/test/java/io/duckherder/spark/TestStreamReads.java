package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.spark.source.ClusterSource;
import io.duckherder.spark.source.SqlAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Streams of the rows that come to tables. */
@ExtendWith(SparkExtension.class)
final class TestStreamReads {
  @TempDir static Path folder;

  private static RunningCluster cluster;
  private static SqlAccess sql;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        RunningCluster.startManaged(
            folder.resolve("state"), 1, Map.of("events", folder.resolve("events.duckdb")));
    sql = new ClusterSource(cluster.url(), Optional.empty()).sql();
    spark().conf().set("spark.sql.catalog.streams", DuckherderCatalog.class.getName());
    spark().conf().set("spark.sql.catalog.streams.url", cluster.url());
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Runs statements, each a transaction. */
  private static void run(String... statements) {
    for (String statement : statements) {
      if (statement.startsWith("CALL") || statement.startsWith("CHECKPOINT")) {
        sql.call(statement);
      } else {
        sql.write(List.of(statement));
      }
    }
  }

  private static long snapshot() {
    return Long.parseLong(sql.call("CALL duckherder_seal()").get(0).get(1));
  }

  private static DataStreamReader reader(String table) {
    return spark()
        .readStream()
        .format("duckherder")
        .option("url", cluster.url())
        .option("dbtable", table);
  }

  /** Runs a stream to its end, and gives the rows of its batches that have some, each in order. */
  private static List<List<String>> batches(String name, Dataset<Row> rows) throws Exception {
    List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
    StreamingQuery query =
        rows.writeStream()
            .option("checkpointLocation", folder.resolve(name).toString())
            .trigger(Trigger.AvailableNow())
            .foreachBatch(
                (VoidFunction2<Dataset<Row>, Long>)
                    (batch, id) -> batches.add(Values.rows(batch).stream().sorted().toList()))
            .start();
    try {
      query.awaitTermination();
    } finally {
      query.stop();
    }
    return batches.stream().filter(batch -> !batch.isEmpty()).toList();
  }

  private static List<String> all(String name, Dataset<Row> rows) throws Exception {
    return batches(name, rows).stream().flatMap(List::stream).sorted().toList();
  }

  @Test
  void theTableComesFirstAndThenWhatIsAppended() throws Exception {
    run("CREATE TABLE first AS SELECT range AS id, 'x' AS s FROM range(3)");
    assertThat(batches("first", reader("first").load()))
        .containsExactly(List.of("0|x", "1|x", "2|x"));
    assertThat(batches("first", reader("first").load())).isEmpty();
    run("INSERT INTO first VALUES (2, 'x'), (3, NULL)", "CREATE TABLE besides (i INTEGER)");
    assertThat(batches("first", reader("first").load())).containsExactly(List.of("2|x", "3|null"));
    run("INSERT INTO first VALUES (3, NULL)", "CHECKPOINT", "INSERT INTO first VALUES (4, 'y')");
    assertThat(batches("first", spark().readStream().table("streams.main.first")))
        .containsExactly(List.of("3|null", "4|y"));
  }

  @Test
  void aRunningStreamSeesWhatIsCommitted() throws Exception {
    run("CREATE TABLE lively (id BIGINT)");
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    StreamingQuery query =
        reader("lively")
            .option("startingSnapshot", "latest")
            .load()
            .writeStream()
            .foreachBatch(
                (VoidFunction2<Dataset<Row>, Long>) (batch, id) -> seen.addAll(Values.rows(batch)))
            .start();
    try {
      query.processAllAvailable();
      for (int i = 0; i < 3; i++) {
        run("INSERT INTO lively VALUES (" + i + ")");
        query.processAllAvailable();
        assertThat(seen).hasSize(i + 1).last().isEqualTo(String.valueOf(i));
      }
    } finally {
      query.stop();
    }
  }

  @Test
  void rowsThatMoveAreNotNew() throws Exception {
    // Once few rows are left of its groups, a checkpoint writes a table's rows together.
    run(
        "CREATE TABLE moving AS SELECT range AS id FROM range(600000)",
        "CHECKPOINT",
        "DELETE FROM moving WHERE id % 10 <> 0");
    Dataset<Row> rows = reader("moving").option("startingSnapshot", "latest").load();
    assertThat(batches("moving", rows)).isEmpty();
    long before = snapshot();
    List<String> places = rowids("moving", before);
    run("INSERT INTO moving VALUES (1), (0), (NULL), (0)", "CHECKPOINT");
    assertThat(rowids("moving", snapshot())).as("a move of rows").isNotEqualTo(places);
    assertThat(batches("moving", rows)).containsExactly(List.of("0", "0", "1", "null"));
    run("INSERT INTO moving VALUES (0)");
    assertThat(batches("moving", rows)).containsExactly(List.of("0"));
  }

  private static List<String> rowids(String table, long snapshot) {
    return sql.call(
            "SELECT max(rowid) FROM %s AT (VERSION => '%d') WHERE id = 599990"
                .formatted(table, snapshot))
        .get(0);
  }

  @Test
  void valuesOfAllTypesAreToldApart() throws Exception {
    String columns =
        """
        d DOUBLE, f FLOAT, i INTERVAL, l DOUBLE[], s VARCHAR COLLATE NOCASE, t TIMETZ, h HUGEINT,
        c DECIMAL(38, 10), e ENUM ('a', 'b'), st STRUCT(x FLOAT, y VARCHAR), m MAP(VARCHAR, DOUBLE),
        u UUID, b BLOB, j JSON, bit BIT, tz TIMESTAMPTZ, rowid BIGINT, _rowid BIGINT""";
    String one =
        """
        (0.0, 'nan', INTERVAL 30 DAYS, [0.0], 'a', '12:00:00+01', 1, 1, 'a', {'x': 0, 'y': 'p'},
        MAP {'k': 0.0}, '00000000-0000-0000-0000-000000000001', 'x', '{"a":1}', '101',
        '2020-01-01 00:00:00+00', 1, 1)""";
    String nulls = "(" + String.join(", ", Collections.nCopies(18, "NULL")) + ")";
    run(
        "CREATE TABLE kinds (" + columns + ")",
        "INSERT INTO kinds VALUES " + one + ", " + nulls,
        "CREATE TABLE gone AS FROM kinds",
        "INSERT INTO gone FROM kinds",
        "CHECKPOINT",
        "DELETE FROM gone WHERE rowid IN (SELECT min(rowid) FROM gone)");
    Dataset<Row> rows = reader("kinds").option("startingSnapshot", "latest").load();
    assertThat(batches("kinds", rows)).isEmpty();
    List<String> others =
        List.of(
            one.replace("(0.0,", "('-0.0',"),
            one.replace("30 DAYS", "1 MONTH"),
            one.replace("[0.0]", "['-0.0']"),
            one.replace("'a', '12", "'A', '12"),
            one.replace("'x': 0", "'x': '-0.0'"),
            one.replace("'k': 0.0", "'k': '-0.0'"),
            one,
            nulls);
    run("INSERT INTO kinds VALUES " + String.join(", ", others));
    List<String> came = all("kinds", rows);
    assertThat(came).hasSize(others.size());
    assertThat(came.stream().distinct()).hasSize(others.size());
    // Each of these is another row, though DuckDB takes the values for equal.
    for (String other : others.subList(0, 6)) {
      run(
          "CREATE OR REPLACE TABLE changing (" + columns + ")",
          "INSERT INTO changing VALUES " + one);
      Dataset<Row> changing = reader("changing").option("startingSnapshot", "latest").load();
      String name = "changing" + others.indexOf(other);
      assertThat(batches(name, changing)).isEmpty();
      run("DELETE FROM changing", "CHECKPOINT", "INSERT INTO changing VALUES " + other);
      assertThatThrownBy(() -> batches(name, changing))
          .as(other)
          .hasStackTraceContaining("1 rows were changed or deleted");
    }
  }

  @Test
  void changesFailUnlessTheyAreSkipped() throws Exception {
    for (String change :
        List.of(
            "UPDATE %s SET s = 'y' WHERE id = 1",
            "DELETE FROM %s WHERE id = 1", "ALTER TABLE %s ADD COLUMN more INTEGER")) {
      String table = "changed" + Math.abs(change.hashCode());
      run("CREATE TABLE %s AS SELECT range AS id, 'x' AS s FROM range(3)".formatted(table));
      Dataset<Row> rows = reader(table).load();
      assertThat(all(table, rows)).hasSize(3);
      run("INSERT INTO %s VALUES (7, 'seven')".formatted(table));
      snapshot();
      run(change.formatted(table));
      snapshot();
      assertThatThrownBy(() -> batches(table, rows))
          .as(change)
          .hasStackTraceContaining("skipChangeCommits");
      boolean columns = change.contains("COLUMN");
      run(
          "INSERT INTO %s VALUES (8, 'eight'%s)"
              .formatted(table, change.contains("ADD") ? ", 1" : ""));
      Dataset<Row> skipping = reader(table).option("skipChangeCommits", "true").load();
      if (columns) {
        // The stream has the table's columns from now on, and snapshots before lack them.
        assertThatThrownBy(() -> batches(table, skipping))
            .hasStackTraceContaining("Cannot read column");
      } else {
        assertThat(all(table, skipping)).as(change).containsExactly("7|seven", "8|eight");
      }
    }
  }

  @Test
  void batchesHaveNoMoreRowsThanAskedFor() throws Exception {
    run("CREATE TABLE large AS SELECT range AS id FROM range(1000)");
    Dataset<Row> rows = reader("large").option("maxRowsPerTrigger", "300").load();
    assertThat(batches("large", rows).stream().map(List::size)).containsExactly(300, 300, 300, 100);
    run("INSERT INTO large SELECT range FROM range(301)");
    assertThat(batches("large", rows).stream().map(List::size)).containsExactly(300, 1);
    run("DELETE FROM large WHERE id % 2 = 0");
    Dataset<Row> later =
        reader("large")
            .option("maxRowsPerTrigger", "7")
            .option("startingSnapshot", "latest")
            .load();
    assertThat(batches("later", later)).isEmpty();
    run("INSERT INTO large SELECT range FROM range(20)", "CHECKPOINT");
    assertThat(batches("later", later).stream().map(List::size)).containsExactly(7, 7, 6);
  }

  @Test
  void batchesGoNoFurtherThanAskedFor() throws Exception {
    run("CREATE TABLE steps (id INTEGER)");
    long start = snapshot();
    for (int i = 0; i < 5; i++) {
      run("INSERT INTO steps VALUES (" + i + ")");
      snapshot();
    }
    DataStreamReader reader =
        reader("steps")
            .option("startingSnapshot", String.valueOf(start))
            .option("maxSnapshotsPerTrigger", "2");
    assertThat(batches("steps", reader.load()))
        .containsExactly(List.of("0", "1"), List.of("2", "3"), List.of("4"));
    assertThat(batches("both", reader.option("maxRowsPerTrigger", "1").load()))
        .containsExactly(List.of("0"), List.of("1"), List.of("2"), List.of("3"), List.of("4"));
  }

  @Test
  void everyRowReachesATableOnceOverRestarts() throws Exception {
    run(
        "CREATE TABLE source AS SELECT range AS id FROM range(10)",
        "CREATE TABLE sink (id BIGINT)");
    pour();
    run("INSERT INTO source SELECT range FROM range(10, 25)");
    pour();
    // As a Spark leaves it that dies after the commit of an epoch and before it notes that.
    forget("commits", 2);
    pour();
    // As one leaves it that dies before it notes where the last batch went.
    forget("commits", 1);
    forget("offsets", 1);
    run("INSERT INTO source SELECT range FROM range(25, 30)");
    pour();
    assertThat(
            Values.rows(
                spark().sql("SELECT count(*), count(DISTINCT id), max(id) FROM streams.main.sink")))
        .containsExactly("30|30|29");
  }

  private static void pour() throws Exception {
    StreamingQuery query =
        reader("source")
            .option("maxRowsPerTrigger", "10")
            .load()
            .writeStream()
            .option("checkpointLocation", folder.resolve("pour").toString())
            .trigger(Trigger.AvailableNow())
            .toTable("streams.main.sink");
    try {
      query.awaitTermination();
    } finally {
      query.stop();
    }
  }

  /** Deletes the last files of a folder of the checkpoint. */
  private static void forget(String name, int files) throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("pour").resolve(name))) {
      List<Path> last =
          all.filter(path -> path.getFileName().toString().matches("\\.?[0-9]+(\\.crc)?"))
              .sorted(
                  java.util.Comparator.comparing(
                      path ->
                          -Integer.parseInt(
                              path.getFileName().toString().replaceAll("[^0-9]", ""))))
              .limit(2L * files)
              .toList();
      for (Path path : last) {
        Files.delete(path);
      }
    }
  }

  @Test
  void theStartIsKeptFromTheFirstRunOn() throws Exception {
    run("CREATE TABLE kept (id INTEGER)");
    Dataset<Row> rows = reader("kept").option("startingSnapshot", "latest").load();
    assertThat(batches("kept", rows)).isEmpty();
    run("INSERT INTO kept VALUES (1)");
    // As a Spark leaves it that dies before it notes where its first batch goes.
    JavaUtils.deleteRecursively(folder.resolve("kept/offsets").toFile());
    JavaUtils.deleteRecursively(folder.resolve("kept/commits").toFile());
    assertThat(batches("kept", rows)).containsExactly(List.of("1"));
  }

  @Test
  void aSnapshotThatIsGoneIsAnError() throws Exception {
    run("CREATE TABLE forgotten (id INTEGER)");
    long gone = snapshot();
    run("INSERT INTO forgotten VALUES (1)");
    snapshot();
    run("INSERT INTO forgotten VALUES (2)", "CALL duckherder_seal()");
    run("CALL duckherder_gc(keep_seconds => 0, keep_count => 1)");
    Dataset<Row> rows = reader("forgotten").option("startingSnapshot", String.valueOf(gone)).load();
    assertThatThrownBy(() -> batches("forgotten", rows))
        .hasStackTraceContaining("a snapshot with number or name \"" + gone + "\"");
  }

  @Test
  void snapshotsOfAStreamAreKept() throws Exception {
    run("CREATE TABLE leased AS SELECT 1 AS id");
    assertThat(all("leased", reader("leased").load())).containsExactly("1");
    for (int i = 2; i < 5; i++) {
      run("INSERT INTO leased VALUES (" + i + ")");
      snapshot();
      run("CALL duckherder_gc(keep_seconds => 0, keep_count => 1)");
    }
    assertThat(all("leased", reader("leased").load())).containsExactly("2", "3", "4");
  }

  @Test
  void whatIsNoManagedTableIsNoStream() throws Exception {
    run("CREATE TABLE base (id INTEGER)", "CREATE VIEW seen AS FROM base");
    DuckDBFile file = DuckDBFile.create(folder.resolve("file.duckdb"), "CREATE TABLE t (n BIGINT)");
    for (DataStreamReader reader :
        Arrays.asList(
            spark()
                .readStream()
                .format("duckherder")
                .option("path", file.toString())
                .option("dbtable", "t"),
            spark()
                .readStream()
                .format("duckherder")
                .option("url", cluster.url())
                .option("query", "SELECT 1"),
            reader("base").option("versionAsOf", String.valueOf(snapshot())))) {
      assertThatThrownBy(() -> batches("none" + reader.hashCode(), reader.load()))
          .hasStackTraceContaining("Cannot read")
          .hasStackTraceContaining("managed");
    }
    assertThatThrownBy(() -> batches("seen", reader("seen").load()))
        .hasStackTraceContaining("there is no such table");
    assertThatThrownBy(() -> batches("seen2", spark().readStream().table("streams.main.seen")))
        .hasStackTraceContaining("as a stream");
    assertThatThrownBy(() -> reader("base").option("startingSnapshot", "first").load())
        .hasMessageContaining("expected earliest, latest or the number of a snapshot");
    assertThatThrownBy(
            () ->
                spark()
                    .read()
                    .format("duckherder")
                    .option("url", cluster.url())
                    .option("dbtable", "base")
                    .option("maxRowsPerTrigger", "1")
                    .load()
                    .count())
        .hasMessageContaining("use readStream");
  }

  @Test
  void progressNamesSnapshots() throws Exception {
    run("CREATE TABLE progress AS SELECT range AS id FROM range(5)");
    StreamingQuery query =
        reader("progress")
            .load()
            .writeStream()
            .format("noop")
            .option("checkpointLocation", folder.resolve("progress").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    StreamingQueryProgress last = query.lastProgress();
    assertThat(last.sources()[0].endOffset()).contains("\"snapshot\":", "\"version\":1");
    assertThat(last.numInputRows()).isEqualTo(5);
  }
}

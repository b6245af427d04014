package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Streams that end in a table. */
@ExtendWith(SparkExtension.class)
final class TestStreamWrites {
  @TempDir Path folder;

  private DuckDBFile file;

  @BeforeEach
  void make() throws IOException {
    file = DuckDBFile.create(folder.resolve("sink.duckdb"), "CREATE TABLE t (n BIGINT, s VARCHAR)");
    Files.createDirectories(folder.resolve("in"));
  }

  private void arrive(String name, String... lines) throws IOException {
    Path whole = folder.resolve(name);
    Files.write(whole, List.of(lines));
    Files.move(whole, folder.resolve("in").resolve(name));
  }

  private Dataset<Row> rows() {
    return spark()
        .readStream()
        .schema("n BIGINT, s STRING")
        .option("maxFilesPerTrigger", "1")
        .csv(folder.resolve("in").toString());
  }

  private DataStreamWriter<Row> writer(Dataset<Row> rows) {
    return writer(rows, "t", "checkpoint");
  }

  private DataStreamWriter<Row> writer(Dataset<Row> rows, String table, String checkpoint) {
    return rows.writeStream()
        .format("duckherder")
        .option("path", file.toString())
        .option("dbtable", table)
        .option("checkpointLocation", folder.resolve(checkpoint).toString())
        .trigger(Trigger.AvailableNow());
  }

  private void run(DataStreamWriter<Row> writer) throws Exception {
    StreamingQuery query = writer.start();
    try {
      query.awaitTermination();
    } finally {
      query.stop();
    }
  }

  /** As a Spark leaves it that dies after the commit of an epoch and before it notes that. */
  private void forgetCommit(String epoch) throws IOException {
    Path commits = folder.resolve("checkpoint/commits");
    try (Stream<Path> files = Files.list(commits)) {
      for (Path path :
          files.filter(path -> path.getFileName().toString().contains(epoch)).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void everyEpochIsWrittenOnceOverRestarts() throws Exception {
    arrive("a.csv", "1,a", "2,b");
    arrive("b.csv", "3,c");
    run(writer(rows()));
    assertThat(file.rows("SELECT * FROM t ORDER BY n")).containsExactly("1|a", "2|b", "3|c");
    forgetCommit("1");
    arrive("c.csv", "4,d");
    run(writer(rows()));
    assertThat(file.rows("SELECT * FROM t ORDER BY n")).containsExactly("1|a", "2|b", "3|c", "4|d");
    assertThat(file.rows("SELECT count(*), max(epoch) FROM duckherder.writes"))
        .containsExactly("1|3");
  }

  @Test
  void aStreamThatGoesOnInAnotherTableWritesAllItsEpochsThere() throws Exception {
    DuckDBFile.create(file.path(), "CREATE TABLE u (n BIGINT, s VARCHAR)");
    arrive("a.csv", "1,a");
    run(writer(rows()));
    forgetCommit("0");
    arrive("b.csv", "2,b");
    run(writer(rows(), "u", "checkpoint"));
    assertThat(file.rows("SELECT * FROM t")).containsExactly("1|a");
    assertThat(file.rows("SELECT * FROM u ORDER BY n")).containsExactly("1|a", "2|b");
  }

  @Test
  void streamsWithCopiesOfACheckpointWriteEachTheirTable() throws Exception {
    DuckDBFile.create(file.path(), "CREATE TABLE u (n BIGINT, s VARCHAR)");
    arrive("a.csv", "1,a");
    run(writer(rows()));
    copy(folder.resolve("checkpoint"), folder.resolve("copy"));
    arrive("b.csv", "2,b");
    run(writer(rows(), "u", "copy"));
    run(writer(rows()));
    arrive("c.csv", "3,c");
    run(writer(rows()));
    run(writer(rows(), "u", "copy"));
    assertThat(file.rows("SELECT * FROM t ORDER BY n")).containsExactly("1|a", "2|b", "3|c");
    assertThat(file.rows("SELECT * FROM u ORDER BY n")).containsExactly("2|b", "3|c");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path path : files.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  @Test
  void aStreamThatWasRememberedWithoutItsTableGoesOn() throws Exception {
    DuckDBFile.create(file.path(), "CREATE TABLE u (n BIGINT, s VARCHAR)");
    arrive("a.csv", "1,a");
    run(writer(rows()));
    SparkExtension.closeIdleFiles();
    DuckDBFile.create(file.path(), "UPDATE duckherder.writes SET id = split_part(id, ' of ', 1)");
    forgetCommit("0");
    copy(folder.resolve("checkpoint"), folder.resolve("copy"));
    arrive("b.csv", "2,b");
    run(writer(rows()));
    run(writer(rows(), "u", "copy"));
    assertThat(file.rows("SELECT * FROM t ORDER BY n")).containsExactly("1|a", "2|b");
    assertThat(file.rows("SELECT * FROM u ORDER BY n")).containsExactly("1|a", "2|b");
    assertThat(
            file.rows("SELECT split_part(id, ' of ', 2), epoch FROM duckherder.writes ORDER BY 1"))
        .containsExactly("\"main\".\"t\"|2", "\"main\".\"u\"|2");
  }

  @Test
  void aColumnThatGetsAnotherTypeEndsTheStream() throws Exception {
    DuckDBFile.create(file.path(), "CREATE TABLE halves (n DOUBLE)");
    arrive("a.csv", "2,a");
    StreamingQuery query =
        writer(rows().selectExpr("n / 2D AS n"), "halves", "checkpoint")
            .trigger(Trigger.ProcessingTime(0))
            .start();
    try {
      query.processAllAvailable();
      SparkExtension.closeIdleFiles();
      DuckDBFile.create(file.path(), "ALTER TABLE halves ALTER n TYPE INTEGER");
      arrive("b.csv", "3,b");
      assertThatThrownBy(query::processAllAvailable)
          .hasStackTraceContaining(
              "Cannot write column \"n\" of \"main\".\"halves\": it was DOUBLE when the write was planned, and is INTEGER now");
    } finally {
      query.stop();
    }
    assertThat(file.rows("FROM halves")).containsExactly("1");
  }

  @Test
  void rowsOfOtherTypesThanTheTableAreNotCastByDuckDB() throws Exception {
    DuckDBFile.create(file.path(), "CREATE TABLE typed (n INTEGER, s VARCHAR)");
    arrive("a.csv", "3,a");
    assertThatThrownBy(
            () -> run(writer(rows().selectExpr("n / 2D AS N", "s"), "typed", "checkpoint")))
        .hasStackTraceContaining("the stream has DOUBLE and the table INT; cast it in the stream");
    assertThatThrownBy(() -> run(writer(rows().selectExpr("n / 2D AS s"), "typed", "again")))
        .hasStackTraceContaining("the stream has DOUBLE and the table STRING");
    run(writer(rows().selectExpr("CAST(n AS SMALLINT) AS n", "s"), "typed", "checkpoint"));
    assertThat(file.rows("FROM typed")).containsExactly("3|a");
  }

  @Test
  void aStreamOfCompleteResultsReplacesThem() throws Exception {
    arrive("a.csv", "1,a", "2,b");
    arrive("b.csv", "3,a");
    Dataset<Row> sums = rows().groupBy("s").sum("n").selectExpr("`sum(n)` AS n", "s");
    run(writer(sums).outputMode("complete"));
    assertThat(file.rows("SELECT * FROM t ORDER BY n")).containsExactly("2|b", "4|a");
  }

  @Test
  void continuousProcessingIsRefused() throws Exception {
    Dataset<Row> numbers =
        spark()
            .readStream()
            .format("rate")
            .option("rowsPerSecond", "100")
            .option("numPartitions", "1")
            .load()
            .selectExpr("value AS n", "'x' AS s");
    StreamingQuery query = writer(numbers).trigger(Trigger.Continuous(500)).start();
    try {
      assertThatThrownBy(() -> query.awaitTermination(120_000))
          .hasStackTraceContaining("Cannot write a stream with Trigger.Continuous");
    } finally {
      query.stop();
    }
    assertThat(file.rows("FROM t")).isEmpty();
  }

  @Test
  void updatesAreRefused() throws Exception {
    arrive("a.csv", "1,a");
    Dataset<Row> sums = rows().groupBy("s").sum("n").selectExpr("`sum(n)` AS n", "s");
    assertThatThrownBy(() -> run(writer(sums).outputMode("update")))
        .hasStackTraceContaining("does not support Update mode");
  }
}

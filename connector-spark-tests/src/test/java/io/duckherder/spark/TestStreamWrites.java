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
    return rows.writeStream()
        .format("duckherder")
        .option("path", file.toString())
        .option("dbtable", "t")
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
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

  @Test
  void everyEpochIsWrittenOnceOverRestarts() throws Exception {
    arrive("a.csv", "1,a", "2,b");
    arrive("b.csv", "3,c");
    run(writer(rows()));
    assertThat(file.rows("SELECT * FROM t ORDER BY n")).containsExactly("1|a", "2|b", "3|c");
    // As a Spark leaves it that dies after the commit of an epoch and before it notes that.
    Path commits = folder.resolve("checkpoint/commits");
    try (Stream<Path> files = Files.list(commits)) {
      for (Path path : files.filter(path -> path.getFileName().toString().contains("1")).toList()) {
        Files.delete(path);
      }
    }
    arrive("c.csv", "4,d");
    run(writer(rows()));
    assertThat(file.rows("SELECT * FROM t ORDER BY n")).containsExactly("1|a", "2|b", "3|c", "4|d");
    assertThat(file.rows("SELECT count(*), max(epoch) FROM duckherder.writes"))
        .containsExactly("1|3");
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
  void updatesAreRefused() throws Exception {
    arrive("a.csv", "1,a");
    Dataset<Row> sums = rows().groupBy("s").sum("n").selectExpr("`sum(n)` AS n", "s");
    assertThatThrownBy(() -> run(writer(sums).outputMode("update")))
        .hasStackTraceContaining("does not support Update mode");
  }
}

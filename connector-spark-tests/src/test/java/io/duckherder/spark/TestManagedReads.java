package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads of a database that SQL clients write meanwhile: {@code -Dduckherder.moves} says how often,
 * 100 times unless told.
 */
@ExtendWith(SparkExtension.class)
final class TestManagedReads {
  private static final int MOVES = Integer.getInteger("duckherder.moves", 100);

  @TempDir static Path folder;

  private static RunningCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        RunningCluster.startManaged(
            folder.resolve("state"), 2, Map.of("bank", folder.resolve("bank.duckdb")));
    sql(
        "CREATE TABLE here AS SELECT range AS id, 100 AS amount FROM range(1000)",
        "CREATE TABLE there AS FROM here");
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Runs statements in one session, and fails if one does. */
  private static void sql(String... statements) throws IOException, InterruptedException {
    cluster.sql(folder, statements);
  }

  private static Dataset<Row> table(String name) {
    return spark()
        .read()
        .format("duckherder")
        .option("url", cluster.url())
        .option("dbtable", name)
        .load();
  }

  @Test
  void aJoinOfTwoTablesIsOfOneState() throws Exception {
    String[] moves =
        IntStream.range(0, MOVES)
            .mapToObj(
                i ->
                    """
                    BEGIN; UPDATE here SET amount = amount - 1 WHERE id = %1$d;
                    UPDATE there SET amount = amount + 1 WHERE id = %1$d; COMMIT"""
                        .formatted(i % 1000))
            .toArray(String[]::new);
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Future<?> writes =
          writer.submit(
              () -> {
                sql(moves);
                return null;
              });
      int reads = 0;
      while (!writes.isDone() || reads == 0) {
        Dataset<Row> sums =
            table("here")
                .as("h")
                .join(table("there").as("t"), "id")
                .selectExpr("sum(h.amount + t.amount)", "count(*)");
        assertThat(Values.rows(sums)).containsExactly("200000|1000");
        reads++;
      }
      writes.get();
    } finally {
      writer.shutdownNow();
    }
    Dataset<Row> moved = table("there").selectExpr("sum(amount)");
    assertThat(Values.rows(moved)).containsExactly(String.valueOf(100_000 + MOVES));
  }

  @Test
  void everyTypeThatIsWrittenIsRead() throws Exception {
    sql(
        """
        CREATE TABLE kinds AS SELECT 1::UTINYINT AS u, [1, NULL] AS l, {'a': 1} AS s,
        MAP {'k': 2} AS m, 'b'::ENUM ('a', 'b') AS e, 12.50::DECIMAL(9, 2) AS d""",
        "INSERT INTO kinds SELECT * FROM kinds");
    Dataset<Row> rows =
        table("kinds")
            .selectExpr("u", "CAST(l AS STRING)", "s.a", "m['k']", "e", "CAST(d AS STRING)");
    assertThat(rows.collectAsList().stream().map(Row::toString).collect(Collectors.toSet()))
        .containsExactly("[1,[1, null],1,2,b,12.50]");
    assertThat(rows.count()).isEqualTo(2);
  }
}

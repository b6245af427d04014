package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Writes to a managed database. */
@ExtendWith(SparkExtension.class)
final class TestClusterWrites {
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

  private static java.util.List<String> rows(String sql) {
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
    assertThat(rows("SELECT count(*), count(DISTINCT id), max(name) FROM writes.main.formatted"))
        .containsExactly("100001|100000|one");
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

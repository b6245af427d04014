package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one task gave is kept for a moment, if it was little. A file that is gone tells whether
 * DuckDB was asked: Spark runs the plan of a dataset again.
 */
@ExtendWith(SparkExtension.class)
final class TestKeptAnswers {
  @TempDir Path folder;

  private DuckDBFile file;

  @BeforeEach
  void make() {
    file =
        DuckDBFile.create(
            folder.resolve("kept.duckdb"),
            """
            CREATE TABLE t AS SELECT i, i % 7 AS k, 'text ' || (i % 3) AS s, [i, NULL] AS l,
              {'a': i, 'b': MAP {'m': s}} AS st, (i / 7)::DECIMAL(30, 3) AS d,
              CASE WHEN i % 2 = 0 THEN TIMESTAMP '2020-01-01' + to_seconds(i) END AS ts
            FROM range(100000) r(i)""");
  }

  private Dataset<Row> rows() {
    return spark()
        .read()
        .format("duckherder")
        .option("path", file.toString())
        .option("dbtable", "t")
        .option("partitions", "1")
        .load();
  }

  @Test
  void whatASortIsMadeOfIsAskedForOnce() throws Exception {
    Dataset<Row> sums = rows().groupBy("k").agg(Map.of("d", "sum", "i", "max"));
    List<String> first = Values.rows(sums);
    assertThat(first).hasSize(7);
    Files.delete(file.path());
    assertThat(Values.rows(sums)).isEqualTo(first);
  }

  @Test
  void allTypesComeBackAsTheyWere() throws Exception {
    Dataset<Row> few = rows().where("i < 500");
    List<String> first = Values.rows(few);
    assertThat(first).hasSize(500);
    Files.delete(file.path());
    assertThat(Values.rows(few)).isEqualTo(first);
  }

  @Test
  void muchIsReadAgain() throws Exception {
    Dataset<Row> all = rows();
    assertThat(all.collectAsList()).hasSize(100_000);
    Files.delete(file.path());
    assertThatThrownBy(all::collectAsList).hasStackTraceContaining("kept.duckdb");
  }
}

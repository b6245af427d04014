package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every value of every type comes out of a write as it went in, in batches of any length. */
@ExtendWith(SparkExtension.class)
final class TestWrittenValues {
  /** Several batches a task. */
  private static final int ROWS = 60_000;

  private static final String VALUES =
      """
      CREATE TABLE source AS SELECT
        i AS id,
        CASE WHEN h % 5 <> 0 THEN h % 2 = 0 END AS flag,
        (h % 256 - 128)::TINYINT AS tiny,
        CASE WHEN h % 7 <> 0 THEN (h % 60000 - 30000)::SMALLINT END AS small,
        (h % 4000000000 - 2000000000)::INTEGER AS whole,
        h AS big,
        CASE h % 9 WHEN 0 THEN 'nan'::FLOAT WHEN 1 THEN '-0.0'::FLOAT WHEN 2 THEN NULL
          ELSE (h % 1000003)::FLOAT / 7 END AS single,
        CASE h % 9 WHEN 0 THEN 'inf'::DOUBLE WHEN 1 THEN '-0.0'::DOUBLE WHEN 2 THEN NULL
          ELSE (h % 1000003)::DOUBLE / 7 END AS floating,
        ((h % 1999999999)::BIGINT - 999999999)::DECIMAL(18,0)::DECIMAL(9,0) AS short_decimal,
        ((h % 1999999999)::BIGINT - 999999999)::DECIMAL(18,4) AS decimal_of_18,
        CASE WHEN h % 3 <> 0 THEN (h::HUGEINT * 1000000007)::DECIMAL(38,10) END AS long_decimal,
        CASE h % 6 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN repeat('long ', (h % 90)::INTEGER)
          WHEN 3 THEN 'grün 🦆 ' || i ELSE 'name ' || i END AS name,
        CASE WHEN h % 4 <> 0 THEN encode('bytes ' || h) END AS bytes,
        DATE '1500-01-01' + (h % 300000)::INTEGER AS day,
        TIMESTAMP '1700-01-01' + to_microseconds((h % 20000000000000000)::BIGINT) AS instant,
        CASE WHEN h % 4 <> 0
          THEN TIMESTAMPTZ '1950-01-01 00:00:00+00' + to_microseconds((h % 3000000000000000)::BIGINT)
          END AS zoned,
        CASE h % 4 WHEN 0 THEN NULL WHEN 1 THEN [] WHEN 2 THEN [NULL, i]
          ELSE range((h % 9)::INTEGER) END::BIGINT[] AS numbers,
        CASE h % 4 WHEN 0 THEN NULL WHEN 1 THEN [] WHEN 2 THEN ['a', NULL, 'text ' || i]
          ELSE ['b' || h] END AS texts,
        CASE h % 3 WHEN 0 THEN NULL ELSE [['x' || i], NULL, [], [NULL, 'y']] END AS nested,
        CASE h % 5 WHEN 0 THEN NULL ELSE {'a': (h % 100)::INTEGER, 'b': 'inner ' || i, 'c': ['z' || h]}
          END AS pair,
        CASE h % 4 WHEN 0 THEN NULL WHEN 1 THEN MAP {} ELSE MAP {'k' || i: i, 'l': NULL} END
          AS dictionary
      FROM (SELECT i, (hash(i) >> 2)::BIGINT AS h FROM range(ROWS) AS r(i))"""
          .replace("ROWS", String.valueOf(ROWS));

  private static final String DIFFERENT =
      """
      SELECT count(*) FROM (
        (SELECT hash(t::VARCHAR), t FROM %1$s t EXCEPT ALL SELECT hash(t::VARCHAR), t FROM %2$s t)
        UNION ALL
        (SELECT hash(t::VARCHAR), t FROM %2$s t EXCEPT ALL SELECT hash(t::VARCHAR), t FROM %1$s t))""";

  @TempDir Path folder;

  private DuckDBFile file;

  @BeforeEach
  void makeTables() {
    file =
        DuckDBFile.create(
            folder.resolve("values.duckdb"), VALUES, "CREATE TABLE target AS FROM source LIMIT 0");
  }

  private Dataset<Row> read(String table) {
    return spark()
        .read()
        .format("duckherder")
        .option("path", file.toString())
        .option("dbtable", table)
        .option("partitions", "3")
        .load();
  }

  private void append(Dataset<Row> rows) {
    rows.write()
        .format("duckherder")
        .mode("append")
        .option("path", file.toString())
        .option("dbtable", "target")
        .save();
  }

  @Test
  void valuesAreWrittenAsTheyWereRead() {
    append(read("source"));
    assertThat(file.rows("SELECT count(*) FROM target")).containsExactly(String.valueOf(ROWS));
    assertThat(file.rows(DIFFERENT.formatted("source", "target"))).containsExactly("0");
  }

  @Test
  void batchesOfLargeRowsAreWrittenAsTheyWereRead() {
    // Of a kind that ends batches by their bytes rather than their rows.
    file =
        DuckDBFile.create(
            folder.resolve("values.duckdb"),
            "UPDATE source SET name = repeat(name, 3000) WHERE id % 7 = 0",
            "DELETE FROM source WHERE id > 3000");
    append(read("source"));
    assertThat(file.rows("SELECT count(*) FROM target")).containsExactly("3001");
    assertThat(file.rows(DIFFERENT.formatted("source", "target"))).containsExactly("0");
  }
}

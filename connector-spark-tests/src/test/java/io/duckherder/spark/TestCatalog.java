package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The catalog over a file, which is only read, through Spark's SQL. */
@ExtendWith(SparkExtension.class)
final class TestCatalog {
  @TempDir static Path folder;

  @BeforeAll
  static void configure() {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("shop.duckdb"),
            "CREATE TABLE sales(id BIGINT NOT NULL, region VARCHAR DEFAULT 'none', kind"
                + " ENUM('a', 'b'), since TIMESTAMP DEFAULT TIMESTAMP '2020-01-01 00:00:00', shape"
                + " GEOMETRY)",
            "INSERT INTO sales(id, region, kind) SELECT range, 'r' || range % 3,"
                + " if(range % 2 = 0, 'a', 'b') FROM range(1000)",
            "COMMENT ON TABLE sales IS 'all of them'",
            "COMMENT ON COLUMN sales.region IS 'where'",
            "CREATE SCHEMA old",
            "CREATE TABLE old.\"My Sales\" AS SELECT 7 AS id",
            "CREATE VIEW regions AS SELECT region, count(*) AS n FROM sales GROUP BY ALL");
    spark().conf().set("spark.sql.catalog.file", "io.duckherder.spark.DuckherderCatalog");
    spark().conf().set("spark.sql.catalog.file.path", file.toString());
  }

  private static List<String> sql(String text) {
    return Values.rows(spark().sql(text));
  }

  @Test
  void listsSchemasTablesAndViews() {
    assertThat(sql("SHOW NAMESPACES IN file")).containsExactly("main", "old");
    assertThat(sql("SHOW TABLES IN file.main"))
        .containsExactly("main|regions|false", "main|sales|false");
    assertThat(sql("SHOW TABLES IN file.old")).containsExactly("old|My Sales|false");
    assertThatThrownBy(() -> sql("SHOW TABLES IN file.nowhere"))
        .hasMessageContaining("SCHEMA_NOT_FOUND");
  }

  @Test
  void readsTablesAndViewsByName() {
    assertThat(sql("SELECT count(*), max(id) FROM file.main.sales")).containsExactly("1000|999");
    assertThat(sql("SELECT id FROM file.OLD.`my sales`")).containsExactly("7");
    assertThat(sql("SELECT * FROM file.main.regions ORDER BY region"))
        .containsExactly("r0|334", "r1|333", "r2|333");
    assertThatThrownBy(() -> sql("SELECT * FROM file.main.nothing"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void describesColumnsAsDuckDBKnowsThem() {
    assertThat(sql("DESCRIBE file.main.sales"))
        .containsExactly(
            "id|bigint|null",
            "region|string|where",
            "kind|string|null",
            "since|timestamp_ntz|null",
            "shape|binary|null");
    assertThat(spark().table("file.main.sales").schema().apply("id").nullable()).isFalse();
  }

  @Test
  void refusesToWrite() {
    assertThatThrownBy(() -> sql("DROP TABLE file.main.sales"))
        .hasMessageContaining("a catalog with the option \"path\" only reads");
    assertThatThrownBy(() -> sql("CREATE TABLE file.main.t (i INT)"))
        .hasMessageContaining("a catalog with the option \"path\" only reads");
  }
}

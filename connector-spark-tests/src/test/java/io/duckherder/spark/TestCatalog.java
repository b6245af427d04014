package io.duckherder.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The catalog over a file, which is only read, through Spark's SQL. */
@ExtendWith(SparkExtension.class)
final class TestCatalog {
  @TempDir static Path folder;

  /** Of this class alone: a session keeps the catalogs that it has made. */
  private static SparkSession session;

  @BeforeAll
  static void configure() {
    session = SparkExtension.spark().newSession();
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
            "CREATE TABLE big AS SELECT range AS id FROM range(500000)",
            "CREATE VIEW regions AS SELECT region, count(*) AS n FROM sales GROUP BY ALL");
    spark().conf().set("spark.sql.catalog.file", "io.duckherder.spark.DuckherderCatalog");
    spark().conf().set("spark.sql.catalog.file.path", file.toString());
  }

  private static SparkSession spark() {
    return session;
  }

  private static List<String> sql(String text) {
    return Values.rows(spark().sql(text));
  }

  @Test
  void listsSchemasTablesAndViews() {
    assertThat(sql("SHOW NAMESPACES IN file")).containsExactly("main", "old");
    assertThat(sql("SHOW TABLES IN file.main"))
        .containsExactly("main|big|false", "main|regions|false", "main|sales|false");
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
  void makesAndDropsTables() {
    sql("CREATE TABLE file.main.made (i INT COMMENT 'as made')");
    assertThat(sql("DESCRIBE file.main.made")).containsExactly("i|int|as made");
    sql("DROP TABLE file.main.made");
    assertThatThrownBy(() -> sql("SELECT * FROM file.main.made"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void callsFunctionsOfDuckDB() {
    assertThat(sql("SELECT file.main.levenshtein('kitten', 'sitting')")).containsExactly("3");
    assertThat(
            sql(
                """
                SELECT sum(file.main.bit_count(id)), max(file.main.left(region, 1L)),
                  max(file.main.dayname(DATE'2024-02-29')), min(file.main.gcd(id, 12L)),
                  count(file.main.levenshtein(region, CAST(NULL AS STRING)))
                FROM file.main.sales"""))
        .containsExactly("4932|r|Thursday|1|0");
    Dataset<Row> near =
        spark().sql("SELECT id FROM file.main.sales WHERE file.main.levenshtein(region, 'r1') = 0");
    assertThat(near.count()).isEqualTo(333);
    assertThat(near.queryExecution().executedPlan().toString()).contains("\"levenshtein\"(");
    assertThatThrownBy(() -> sql("SELECT file.main.levenshtein(1)"))
        .hasMessageContaining("levenshtein");
    assertThatThrownBy(() -> sql("SELECT file.main.random()"))
        .hasMessageContaining("UNRESOLVED_ROUTINE");
    assertThat(sql("SHOW USER FUNCTIONS IN file.main").toString()).contains("jaro_similarity");
  }

  @Test
  void lastOptionWins() {
    assertThat(partitions("spark.sql.shuffle.partitions", "2")).isEqualTo(1);
    assertThat(partitions("spark.datasource.duckherder.partitions", "3")).isEqualTo(3);
    spark().conf().set("spark.datasource.duckherder.partitions", "3");
    try {
      assertThat(
              spark()
                  .read()
                  .option("rows-per-partition", "122880")
                  .table("file.main.big")
                  .rdd()
                  .getNumPartitions())
          .isEqualTo(4);
      assertThat(sql("SELECT count(*) FROM file.main.big WITH (`partitions` = 2)"))
          .containsExactly("500000");
    } finally {
      spark().conf().unset("spark.datasource.duckherder.partitions");
    }
    assertThatThrownBy(
            () -> spark().read().option("partitoins", "2").table("file.main.big").count())
        .hasMessageContaining("Unknown option \"partitoins\": did you mean \"partitions\"?");
    assertThatThrownBy(
            () -> spark().read().option("url", "grpc://h:1").table("file.main.big").count())
        .hasMessageContaining("Cannot use the option \"url\" with a table of a catalog");
  }

  private static int partitions(String conf, String value) {
    String before = spark().conf().get(conf, null);
    spark().conf().set(conf, value);
    try {
      return spark().table("file.main.big").rdd().getNumPartitions();
    } finally {
      if (before == null) {
        spark().conf().unset(conf);
      } else {
        spark().conf().set(conf, before);
      }
    }
  }

  @Test
  void refusesOptionsThatMeanNothing() {
    spark().conf().set("spark.sql.catalog.wrong", "io.duckherder.spark.DuckherderCatalog");
    spark().conf().set("spark.sql.catalog.wrong.path", "/x.duckdb");
    spark().conf().set("spark.sql.catalog.wrong.dbtabel", "t");
    try {
      assertThatThrownBy(() -> sql("SHOW NAMESPACES IN wrong"))
          .hasMessageContaining("Unknown option \"dbtabel\": did you mean \"dbtable\"?");
    } finally {
      spark().conf().unset("spark.sql.catalog.wrong.dbtabel");
      spark().conf().unset("spark.sql.catalog.wrong.path");
      spark().conf().unset("spark.sql.catalog.wrong");
    }
  }

  @Test
  void saysThatAFileHasNoPast() {
    assertThatThrownBy(() -> sql("SELECT * FROM file.main.sales VERSION AS OF 1"))
        .hasMessageContaining("a file has no snapshots");
  }

  @Test
  void findsWhatSparkCached() {
    sql("CACHE TABLE file.main.regions");
    try {
      assertThat(
              spark()
                  .sql("SELECT * FROM file.main.regions")
                  .queryExecution()
                  .executedPlan()
                  .toString())
          .contains("In-memory table");
    } finally {
      sql("UNCACHE TABLE file.main.regions");
    }
  }

  @Test
  void failsWhereAColumnThatWasNotNullMayHoldNulls() throws Exception {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("strict.duckdb"),
            "CREATE TABLE t AS SELECT 1 AS i",
            "ALTER TABLE t" + " ALTER i SET NOT NULL");
    spark().conf().set("spark.sql.catalog.strict", "io.duckherder.spark.DuckherderCatalog");
    spark().conf().set("spark.sql.catalog.strict.path", file.toString());
    Dataset<Row> counted = spark().table("strict.main.t").selectExpr("count(i)");
    assertThat(sql("SELECT count(i) FROM strict.main.t")).containsExactly("1");
    SparkExtension.closeIdleFiles();
    DuckDBFile other =
        DuckDBFile.create(
            folder.resolve("lax.duckdb"), "CREATE TABLE t AS SELECT unnest([1, NULL]) AS i");
    Files.move(other.path(), file.path(), StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(counted::collectAsList)
        .hasMessageContaining("it was NOT NULL when the table was loaded");
    assertThat(sql("SELECT count(i) FROM strict.main.t")).containsExactly("1");
  }
}

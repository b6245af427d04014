package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The catalog over a cluster that writes two databases, through Spark's SQL. */
@ExtendWith(SparkExtension.class)
final class TestClusterCatalog {
  @TempDir static Path folder;

  private static RunningCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        RunningCluster.startManaged(
            folder.resolve("state"), 1, Map.of("shop", folder.resolve("shop.duckdb")));
    spark().conf().set("spark.sql.catalog.duck", "io.duckherder.spark.DuckherderCatalog");
    spark().conf().set("spark.sql.catalog.duck.url", cluster.url());
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static List<String> sql(String text) {
    return Values.rows(spark().sql(text));
  }

  @Test
  void makesChangesAndDropsTables() {
    sql("CREATE NAMESPACE duck.shop.made");
    assertThat(sql("SHOW NAMESPACES IN duck")).containsExactly("shop");
    assertThat(sql("SHOW NAMESPACES IN duck.shop")).contains("shop.main", "shop.made");
    sql(
        """
        CREATE TABLE duck.made.kinds (
          b BOOLEAN, i1 TINYINT, i2 SMALLINT, i4 INT NOT NULL COMMENT 'four', i8 BIGINT DEFAULT 42,
          f4 FLOAT, f8 DOUBLE, d DECIMAL(12, 3), s STRING DEFAULT 'none', v VARCHAR(3), c CHAR(2),
          x BINARY, da DATE DEFAULT DATE'2020-02-29', ts TIMESTAMP, tn TIMESTAMP_NTZ,
          a ARRAY<INT>, m MAP<STRING, BIGINT>, st STRUCT<p: INT, q: ARRAY<STRUCT<r: STRING>>>,
          va VARIANT
        ) COMMENT 'all kinds'""");
    assertThat(sql("SHOW TABLES IN duck.made")).containsExactly("made|kinds|false");
    assertThat(sql("DESCRIBE duck.shop.made.kinds"))
        .contains(
            "i4|int|four",
            "d|decimal(12,3)|null",
            "st|struct<p:int,q:array<struct<r:string>>>|null");
    sql("ALTER TABLE duck.made.kinds ADD COLUMN added DATE COMMENT 'late'");
    sql("ALTER TABLE duck.made.kinds ALTER COLUMN i4 TYPE BIGINT");
    sql("ALTER TABLE duck.made.kinds RENAME COLUMN b TO flag");
    sql("ALTER TABLE duck.made.kinds DROP COLUMN f4");
    sql("ALTER TABLE duck.made.kinds SET TBLPROPERTIES ('comment' = 'other')");
    assertThat(sql("DESCRIBE duck.made.kinds"))
        .contains("added|date|late", "i4|bigint|four", "flag|boolean|null")
        .noneMatch(row -> row.startsWith("f4"));
    sql("ALTER TABLE duck.made.kinds RENAME TO made.sorts");
    assertThat(sql("SELECT count(*) FROM duck.made.sorts")).containsExactly("0");
    sql("DROP TABLE duck.made.sorts");
    assertThat(sql("SHOW TABLES IN duck.made")).isEmpty();
    sql("DROP NAMESPACE duck.made");
    assertThatThrownBy(() -> sql("SHOW TABLES IN duck.made"))
        .hasMessageContaining("SCHEMA_NOT_FOUND");
  }
}

package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rowid, row group and snapshot of rows; DuckDB itself says what they are. */
@ExtendWith(SparkExtension.class)
final class TestMetadataColumns {
  private static final String JOINS = "spark.sql.optimizer.datasourceV2JoinPushdown";
  private static final int GROUP = 122_880;

  @TempDir static Path folder;

  private static DuckDBFile file;
  private static RunningCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    file =
        DuckDBFile.create(
            folder.resolve("told.duckdb"),
            """
            CREATE TABLE t AS SELECT i::INTEGER AS i, 'n' || (i % 7) AS name, i % 10 AS digit
            FROM range(500000) r(i)""",
            "CREATE TABLE hides AS SELECT i AS rowid, -i AS _ROWID, i AS a FROM range(10) r(i)",
            "CREATE TABLE holes AS SELECT i AS i FROM range(500000) r(i)",
            "CHECKPOINT",
            "DELETE FROM holes WHERE i % 3 = 0",
            "CREATE TABLE none (i INTEGER)",
            "CREATE VIEW v AS FROM t");
    cluster = RunningCluster.start(folder.resolve("state"), 2, Map.of("told", file));
    for (String[] each : catalogs()) {
      String name = "spark.sql.catalog." + each[0];
      spark().conf().set(name, "io.duckherder.spark.DuckherderCatalog");
      spark().conf().set(name + "." + each[1], each[2]);
      spark().conf().set(name + ".rows-per-partition", GROUP);
    }
  }

  private static List<String[]> catalogs() {
    return List.of(
        new String[] {"filed", "path", file.toString()},
        new String[] {"clustered", "url", cluster.url()});
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void reset() {
    spark().conf().unset(JOINS);
    spark().conf().unset("spark.datasource.duckherder.pushdown");
  }

  private static List<String> rows(String catalog, String sql) {
    return Values.rows(spark().sql(sql.replace("$", catalog + ".main")));
  }

  private static String group() {
    return "(rowid // " + GROUP + ")";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "SELECT _rowid, i, name FROM $.t WHERE i % 50000 = 7 ORDER BY i",
        "SELECT count(*), count(DISTINCT _rowid), min(_rowid), max(_rowid), sum(_rowid - i) FROM $.t",
        "SELECT _row_group, count(*), min(i), max(i) FROM $.t GROUP BY _row_group ORDER BY 1",
        "SELECT count(*), sum(i) FROM $.t WHERE _row_group = 3",
        "SELECT i, _row_group FROM $.t WHERE _rowid IN (0, 122879, 122880, 499999) ORDER BY i",
        "SELECT _rowid FROM $.t WHERE name = 'n3' ORDER BY _rowid DESC LIMIT 5",
        "SELECT name, _rowid FROM $.t WHERE _rowid > 499990 ORDER BY name, _rowid LIMIT 4 OFFSET 2",
        "SELECT count(*) FROM $.t a JOIN $.t b ON a._rowid = b._rowid + 1 WHERE a._row_group = 1",
        "SELECT count(*), count(_row_group), min(_rowid) FROM $.none",
        "SELECT count(_rowid), max(_rowid), sum(_rowid - i) FROM $.holes",
        "SELECT count(*) FROM $.hides WHERE a = 3",
      })
  void areDuckDBs(String sql) {
    for (String[] each : catalogs()) {
      assertThat(rows(each[0], sql)).as(each[0]).isEqualTo(expected(sql));
    }
    spark().conf().set(JOINS, "true");
    assertThat(rows("filed", sql)).as("joins pushed").isEqualTo(expected(sql));
    spark().conf().set("spark.datasource.duckherder.pushdown", "false");
    assertThat(rows("filed", sql)).as("nothing pushed").isEqualTo(expected(sql));
  }

  private static List<String> expected(String sql) {
    return file.rows(
        sql.replace("$.", "")
            .replace("count(_row_group)", "count(rowid)")
            .replace("_row_group", group())
            .replaceAll("([ab])\\.\\(rowid", "($1.rowid")
            .replace("_rowid", "rowid"));
  }

  @Test
  void filtersOnThemSpareRowGroups() {
    Dataset<Row> few =
        spark().sql("SELECT i FROM filed.main.t WHERE _rowid BETWEEN 130000 AND 130002");
    assertThat(Values.rows(few)).containsExactlyInAnyOrder("130000", "130001", "130002");
    assertThat(few.rdd().getNumPartitions()).isOne();
    assertThat(spark().table("filed.main.t").rdd().getNumPartitions()).isGreaterThan(1);
  }

  @Test
  void areThereOnlyWhenAskedFor() {
    assertThat(spark().table("filed.main.t").columns()).containsExactly("i", "name", "digit");
    Dataset<Row> table =
        spark().read().format("duckherder").option("dbtable", "t").load(file.toString());
    assertThat(table.columns()).containsExactly("i", "name", "digit");
    assertThat(Values.rows(table.where("i = 9").select("_rowid", "_snapshot")))
        .containsExactly("9|null");
  }

  @Test
  void columnsHideThem() {
    assertThat(rows("filed", "SELECT _rowid, rowid, _row_group FROM $.hides WHERE a = 3"))
        .containsExactly("-3|3|0");
  }

  @Test
  void viewsAndQueriesHaveNone() {
    for (String[] each : catalogs()) {
      assertThatThrownBy(() -> rows(each[0], "SELECT _rowid FROM $.v"))
          .hasMessageContaining("UNRESOLVED_COLUMN");
    }
    Dataset<Row> query =
        spark().read().format("duckherder").option("query", "FROM t").load(file.toString());
    assertThatThrownBy(() -> query.select("_rowid")).hasMessageContaining("UNRESOLVED_COLUMN");
  }

  @Test
  void noRowGroupIsToldWhereRowsWereDeleted() {
    assertThat(rows("filed", "SELECT DISTINCT _row_group FROM $.holes")).containsExactly("null");
  }
}

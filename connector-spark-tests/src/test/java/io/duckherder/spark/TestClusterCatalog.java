package io.duckherder.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The catalog over a cluster that writes two databases, through Spark's SQL. */
@ExtendWith(SparkExtension.class)
final class TestClusterCatalog {
  @TempDir static Path folder;

  /** Of this class alone: a session keeps the catalogs that it has made. */
  private static SparkSession session;

  private static RunningCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    session = SparkExtension.spark().newSession();
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

  private static SparkSession spark() {
    return session;
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

  @Test
  void readsTablesAsTheyWere() {
    sql("CREATE TABLE duck.main.past (i INT)");
    String before = snapshot();
    ddl("INSERT INTO past SELECT range FROM range(500000)");
    String filled = snapshot();
    sql("CALL duck.system.name_snapshot(snapshot => '" + filled + "', name => 'filled')");
    String time = String.valueOf(spark().sql("SELECT current_timestamp()").first().get(0));
    ddl("ALTER TABLE past ADD COLUMN s VARCHAR", "DELETE FROM past WHERE i > 10");
    assertThat(sql("SELECT count(*) FROM duck.main.past")).containsExactly("11");
    assertThat(sql("SELECT count(*) FROM duck.main.past VERSION AS OF " + before))
        .containsExactly("0");
    assertThat(sql("SELECT count(*), max(i) FROM duck.main.past VERSION AS OF 'filled'"))
        .containsExactly("500000|499999");
    assertThat(sql("SELECT max(_rowid), max(_snapshot) FROM duck.main.past VERSION AS OF 'filled'"))
        .containsExactly("499999|" + filled);
    assertThat(sql("SELECT DISTINCT _snapshot > " + filled + " FROM duck.main.past"))
        .containsExactly("true");
    assertThat(sql("SELECT * FROM duck.shop.main.past TIMESTAMP AS OF '" + time + "' WHERE i = 7"))
        .containsExactly("7");
    assertThatThrownBy(() -> sql("SELECT * FROM duck.main.past VERSION AS OF 12345"))
        .hasMessageContaining("12345");
    assertThat(
            spark()
                .read()
                .option("versionAsOf", "filled")
                .option("partitions", "3")
                .table("duck.main.past")
                .rdd()
                .getNumPartitions())
        .isEqualTo(3);
    assertThat(Values.rows(past("versionAsOf", filled).selectExpr("count(*)")))
        .containsExactly("500000");
    assertThat(Values.rows(past("timestampAsOf", time).where("i < 3").selectExpr("sum(i)")))
        .containsExactly("3");
    Dataset<Row> query =
        spark()
            .read()
            .format("duckherder")
            .option("url", cluster.url())
            .option(
                "query", "SELECT i + 1 AS j FROM past AT (VERSION => 'filled') WHERE i < 400000")
            .option("partitions", "2")
            .load();
    assertThat(query.rdd().getNumPartitions()).isEqualTo(2);
    assertThat(query.count()).isEqualTo(400_000);
    assertThatThrownBy(() -> past("timestampAsOf", "soon"))
        .hasMessageContaining("Invalid option \"timestampAsOf\": \"soon\"");
  }

  private static Dataset<Row> past(String option, String value) {
    return spark()
        .read()
        .format("duckherder")
        .option("url", cluster.url())
        .option("dbtable", "past")
        .option(option, value)
        .load();
  }

  /** The number of the newest snapshot, after all that was committed. */
  private static String snapshot() {
    return sql("CALL duck.system.seal()").get(0).split("\\|")[1];
  }

  private static void ddl(String... statements) {
    try {
      cluster.sql(folder, statements);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void callsProcedures() {
    sql("CREATE TABLE duck.main.sealed (i INT)");
    assertThat(sql("CALL duck.system.seal(database => 'shop')").get(0)).startsWith("shop|");
    Dataset<Row> snapshots = spark().sql("CALL duck.system.snapshots()");
    assertThat(snapshots.schema().fieldNames())
        .containsExactly(
            "database", "number", "time", "name", "commit", "layer_bytes", "file_bytes", "pinned");
    assertThat(Values.rows(snapshots)).isNotEmpty().allMatch(row -> row.startsWith("shop|"));
    assertThat(sql("CALL duck.system.gc(keep_count => 1, keep_seconds => 0)").get(0))
        .startsWith("shop|");
    assertThat(sql("SHOW PROCEDURES IN duck.system").toString()).contains("seal", "gc");
    assertThatThrownBy(() -> sql("CALL duck.system.sell()"))
        .hasStackTraceContaining("those of duck.system are snapshots, seal, gc");
  }

  @Test
  void callsFunctionsOfDuckDB() {
    ddl(
        "CREATE TABLE names AS SELECT * FROM (VALUES ('kitten', 'sitting'), ('a', NULL), ('x', 'x'))"
            + " v(a, b)");
    Dataset<Row> near =
        spark().sql("SELECT a FROM duck.main.names WHERE duck.main.levenshtein(a, b) < 1");
    assertThat(Values.rows(near)).containsExactly("x");
    assertThat(near.queryExecution().executedPlan().toString()).contains("\"levenshtein\"(");
    assertThat(sql("SELECT duck.main.levenshtein(a, b) FROM duck.main.names ORDER BY a"))
        .containsExactly("null", "3", "0");
  }

  @Test
  void saysWhatDuckDBCannotDo() {
    sql("CREATE TABLE duck.main.plain (i INT, s STRUCT<a: INT>)");
    assertThat(sql("SHOW TABLES IN duck.main LIKE 'plain'")).hasSize(1);
    refuses("CREATE TABLE duck.main.plain (i INT)", "TABLE_OR_VIEW_ALREADY_EXISTS");
    refuses("CREATE TABLE duck.main.p (i INT) PARTITIONED BY (i)", "tables have no partitions");
    refuses("CREATE TABLE duck.main.p (i INT) USING parquet", "leave USING out");
    refuses("CREATE TABLE duck.main.p (i INT) TBLPROPERTIES ('k' = 'v')", "no other properties");
    refuses("CREATE TABLE duck.main.p (i INTERVAL DAY)", "DuckDB has no type");
    refuses("CREATE TABLE duck.main.p (i STRING COLLATE UNICODE)", "DuckDB has no type");
    refuses("CREATE TABLE duck.main.p (i DATE DEFAULT current_date())", "only constants");
    refuses("CREATE TABLE duck.nowhere.p (i INT)", "SCHEMA_NOT_FOUND");
    refuses("ALTER TABLE duck.main.plain ADD COLUMN j INT FIRST", "adds columns at the end");
    refuses("ALTER TABLE duck.main.plain SET TBLPROPERTIES ('k' = 'v')", "no other properties");
    refuses("ALTER TABLE duck.main.plain RENAME TO made.plain", "made");
    refuses("CREATE NAMESPACE duck.main", "SCHEMA_ALREADY_EXISTS");
    refuses("CREATE NAMESPACE duck.shop", "SCHEMA_ALREADY_EXISTS");
    refuses("CREATE NAMESPACE duck.x COMMENT 'y'", "neither comments nor properties");
    refuses("DROP NAMESPACE duck.shop CASCADE", "Cannot drop the namespace [shop]");
    refuses("DROP TABLE duck.main.nothing", "TABLE_OR_VIEW_NOT_FOUND");
    assertThat(sql("SHOW TABLES IN duck.main LIKE 'p'")).isEmpty();
    assertThat(sql("SHOW NAMESPACES IN duck.shop")).doesNotContain("shop.x");
  }

  private static void refuses(String statement, String message) {
    assertThatThrownBy(() -> sql(statement)).as(statement).hasStackTraceContaining(message);
  }

  @Test
  void changesPartsOfStructs() {
    sql("CREATE TABLE duck.main.nested (s STRUCT<a: INT>, l ARRAY<STRUCT<b: INT>>)");
    sql("ALTER TABLE duck.main.nested ADD COLUMNS (s.c STRING, l.element.d DOUBLE)");
    sql("ALTER TABLE duck.main.nested RENAME COLUMN s.a TO z");
    sql("ALTER TABLE duck.main.nested DROP COLUMN l.element.b");
    assertThat(sql("DESCRIBE duck.main.nested"))
        .containsExactly("s|struct<z:int,c:string>|null", "l|array<struct<d:double>>|null");
  }

  @Test
  void dropsSchemasThatHoldSomethingOnlyByCascade() {
    sql("CREATE NAMESPACE duck.full");
    sql("CREATE TABLE duck.full.t (i INT)");
    refuses("DROP NAMESPACE duck.full", "SCHEMA_NOT_EMPTY");
    sql("DROP NAMESPACE duck.full CASCADE");
    assertThat(sql("SHOW NAMESPACES IN duck.shop")).doesNotContain("shop.full");
  }

  @Test
  void showsDefaultsAndCommentsOfDuckDB() {
    ddl(
        "CREATE TABLE told (i INTEGER DEFAULT 7, d DATE DEFAULT current_date, s VARCHAR DEFAULT"
            + " 'x', b BOOLEAN DEFAULT true)",
        "COMMENT ON TABLE told IS 'why'",
        "COMMENT ON COLUMN told.i IS 'seven'");
    assertThat(sql("SHOW CREATE TABLE duck.main.told").get(0))
        .contains("i INT DEFAULT 7 COMMENT 'seven'", "s STRING", "DEFAULT 'x'", "COMMENT 'why'")
        .doesNotContain("current_date");
  }

  @Test
  void noticesThatATableWasMadeAnew() {
    sql("CREATE TABLE duck.main.anew (i INT)");
    Dataset<Row> before = spark().table("duck.main.anew");
    ddl("DROP TABLE anew", "CREATE TABLE anew (i INTEGER)");
    assertThatThrownBy(before::collectAsList).hasMessageContaining("TABLE_ID");
  }

  @Test
  void hidesTheToken() {
    spark().conf().set("spark.sql.catalog.guarded", "io.duckherder.spark.DuckherderCatalog");
    spark().conf().set("spark.sql.catalog.guarded.url", cluster.url());
    spark().conf().set("spark.sql.catalog.guarded.token", "s3cret-token");
    sql("CREATE TABLE guarded.main.kept (i INT)");
    Dataset<Row> kept = spark().table("guarded.main.kept").where("i > 1");
    List<String> shown =
        List.of(
            kept.queryExecution().toString(),
            sql("EXPLAIN EXTENDED SELECT * FROM guarded.main.kept").toString(),
            sql("DESCRIBE EXTENDED guarded.main.kept").toString(),
            sql("SHOW CREATE TABLE guarded.main.kept").toString(),
            sql("SET -v").toString(),
            sql("SET").toString());
    assertThat(shown).noneMatch(text -> text.contains("s3cret"));
  }

  @Test
  void takesOneDatabaseAsItsRoot() {
    spark().conf().set("spark.sql.catalog.one", "io.duckherder.spark.DuckherderCatalog");
    spark().conf().set("spark.sql.catalog.one.url", cluster.url());
    spark().conf().set("spark.sql.catalog.one.database", "shop");
    sql("CREATE NAMESPACE one.rooted");
    sql("CREATE TABLE one.rooted.t (i INT)");
    assertThat(sql("SHOW NAMESPACES IN one")).contains("main", "rooted");
    assertThat(sql("SELECT * FROM one.rooted.t")).isEmpty();
    assertThat(sql("SHOW TABLES IN duck.shop.rooted")).containsExactly("shop.rooted|t|false");
  }
}

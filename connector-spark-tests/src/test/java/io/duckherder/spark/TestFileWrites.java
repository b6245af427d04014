package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes to a local file. */
@ExtendWith(SparkExtension.class)
final class TestFileWrites {
  @TempDir Path folder;

  private DuckDBFile file;
  private String catalog;

  @BeforeEach
  void makeTable() {
    file =
        DuckDBFile.create(
            folder.resolve("sales.duckdb"),
            "CREATE TABLE t (id BIGINT, name VARCHAR)",
            "INSERT INTO t VALUES (1, 'one')");
    catalog = "f" + UUID.randomUUID().toString().replace("-", "");
    spark().conf().set("spark.sql.catalog." + catalog, DuckherderCatalog.class.getName());
    spark().conf().set("spark.sql.catalog." + catalog + ".path", file.toString());
  }

  private String table(String name) {
    return catalog + ".main." + name;
  }

  private static Dataset<Row> numbers(long count) {
    return spark().range(0, count, 1, 4).selectExpr("id", "'n' || id AS name");
  }

  @Test
  void rowsAreAppendedByFormat() {
    numbers(100_000)
        .write()
        .format("duckherder")
        .mode("append")
        .option("path", file.toString())
        .option("dbtable", "t")
        .save();
    assertThat(
            file.rows(
                "SELECT count(*), count(DISTINCT id), count(*) FILTER (name = 'n' || id) FROM t"))
        .containsExactly("100001|100000|100000");
    assertThat(Files.exists(folder.resolve("sales.duckdb.staging"))).isFalse();
  }

  @Test
  void rowsAreAppendedBySql() {
    spark().sql("INSERT INTO " + table("t") + " VALUES (2, 'two'), (3, NULL)");
    spark().sql("INSERT INTO " + table("t") + " (name, id) SELECT name, id FROM " + table("t"));
    assertThat(file.rows("SELECT id, name, count(*) FROM t GROUP BY ALL ORDER BY 1"))
        .containsExactly("1|one|2", "2|two|2", "3|null|2");
  }

  @Test
  void rowsAreReplaced() throws Exception {
    numbers(10).writeTo(table("t")).append();
    spark().sql("INSERT OVERWRITE " + table("t") + " SELECT 7, 'seven'");
    assertThat(file.rows("SELECT * FROM t")).containsExactly("7|seven");
    numbers(10).writeTo(table("t")).overwrite(col("id").geq(7));
    assertThat(file.rows("SELECT count(*), min(id) FROM t")).containsExactly("10|0");
  }

  @Test
  void aTableIsMadeWithItsRows() throws Exception {
    spark().sql("CREATE TABLE " + table("made") + " AS SELECT id, name FROM " + table("t"));
    numbers(3).writeTo(table("made")).createOrReplace();
    spark()
        .sql(
            "CREATE OR REPLACE TABLE %1$s COMMENT 'grown' AS SELECT id + 1 AS id FROM %1$s"
                .formatted(table("made")));
    assertThat(file.rows("SELECT id FROM made ORDER BY 1")).containsExactly("1", "2", "3");
    assertThat(file.rows("SELECT comment FROM duckdb_tables() WHERE table_name = 'made'"))
        .containsExactly("grown");
    numbers(2).write().format("duckherder").mode("overwrite").saveAsTable(table("saved"));
    numbers(2).write().format("duckherder").mode("append").saveAsTable(table("saved"));
    assertThat(file.rows("SELECT count(*) FROM saved")).containsExactly("4");
  }

  @Test
  void aTableWhoseRowsFailIsNotMade() {
    String failing = " AS SELECT CAST(raise_error('not this one') AS BIGINT) AS id FROM range(10)";
    assertThatThrownBy(() -> spark().sql("CREATE TABLE " + table("made") + failing))
        .hasStackTraceContaining("not this one");
    assertThatThrownBy(() -> spark().sql("REPLACE TABLE " + table("t") + failing))
        .hasStackTraceContaining("not this one");
    assertThat(file.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'"))
        .containsExactly("t");
    assertThat(file.rows("SELECT * FROM t")).containsExactly("1|one");
  }

  @Test
  void rowsAreDeletedByDuckDB() throws Exception {
    numbers(10).writeTo(table("t")).append();
    spark().sql("DELETE FROM " + table("t") + " WHERE id >= 5 OR name = 'one'");
    assertThat(file.rows("SELECT count(*) FROM t")).containsExactly("5");
    spark().sql("TRUNCATE TABLE " + table("t"));
    assertThat(file.rows("SELECT count(*) FROM t")).containsExactly("0");
  }

  @Test
  void rowsThatSparkFindsAreChanged() throws Exception {
    numbers(10).writeTo(table("t")).append();
    spark().sql("DELETE FROM " + table("t") + " WHERE id % 3 = 0 AND reverse(name) <> 'eno'");
    spark()
        .sql(
            "UPDATE "
                + table("t")
                + " SET name = upper(name), id = id * 10 WHERE length(name) > 2");
    spark()
        .sql(
            """
            MERGE INTO %s t USING (SELECT * FROM VALUES (2, 'two'), (4, NULL), (99, 'new') AS s(k, v)) s
            ON t.id = s.k
            WHEN MATCHED AND s.v IS NULL THEN DELETE
            WHEN MATCHED THEN UPDATE SET name = s.v
            WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.k, s.v)
            WHEN NOT MATCHED BY SOURCE AND t.id = 8 THEN DELETE"""
                .formatted(table("t")));
    assertThat(file.rows("SELECT * FROM t ORDER BY id, name"))
        .containsExactly("1|n1", "2|two", "5|n5", "7|n7", "10|ONE", "99|new");
  }

  @Test
  void whatASparkThatDiedHasStagedIsDeletedAfterADay() throws Exception {
    Path staging = folder.resolve("sales.duckdb.staging");
    Path old = Files.createDirectories(staging.resolve("old"));
    Path part = Files.writeString(old.resolve("0-0.part"), "rows");
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(25)));
    Files.setLastModifiedTime(part, before);
    Files.setLastModifiedTime(old, before);
    Path recent = Files.createDirectories(staging.resolve("recent"));
    numbers(10).writeTo(table("t")).append();
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
  }

  @Test
  void columnsAreAddedWhereAWriteAsksForIt() {
    spark()
        .sql(
            "INSERT WITH SCHEMA EVOLUTION INTO %s BY NAME SELECT 2 AS id, 'x' AS extra"
                .formatted(table("t")));
    spark()
        .sql(
            """
            MERGE WITH SCHEMA EVOLUTION INTO %s t USING (SELECT 1L AS id, 1.5BD AS price) s
            ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"""
                .formatted(table("t")));
    assertThat(file.rows("SELECT * FROM t ORDER BY id"))
        .containsExactly("1|one|null|1.5", "2|null|x|null");
  }

  @Test
  void columnsAreWidenedByTheWriteThatNeedsIt() {
    DuckDBFile.create(file.path(), "CREATE TABLE wide (id INTEGER, x FLOAT)");
    spark().sql("INSERT INTO " + table("wide") + " VALUES (1, 1.5)");
    spark()
        .sql(
            """
            MERGE WITH SCHEMA EVOLUTION INTO %s t USING (SELECT 1L AS id, 1.1D AS x) s
            ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"""
                .formatted(table("wide")));
    spark()
        .sql(
            "INSERT WITH SCHEMA EVOLUTION INTO %s BY NAME SELECT 2 AS id, 2.2BD AS x"
                .formatted(table("wide")));
    assertThat(file.rows("FROM wide ORDER BY id")).containsExactly("1|1.1", "2|2.2");
  }

  /** A batch is looked at every few rows: what is in it by then has to stay. */
  @Test
  void longBatchesKeepWhatVariesInLength() {
    spark()
        .sql(
            "CREATE TABLE %s (id BIGINT, s STRING, b BINARY, l ARRAY<STRING>, m MAP<STRING, ARRAY<INT>>, st STRUCT<x: STRING>)"
                .formatted(table("long")));
    String values =
        """
        id, 's' || id AS s, encode('b' || id, 'UTF-8') AS b, array('l' || id, NULL, 'x') AS l,
        map('k' || id, array(CAST(id AS INT))) AS m, named_struct('x', repeat('y', CAST(id % 9 AS INT))) AS st""";
    spark()
        .sql("INSERT INTO %s SELECT %s FROM range(0, 3000, 1, 1)".formatted(table("long"), values));
    assertThat(
            file.rows(
                """
                SELECT count(*) FROM long WHERE s = 's' || id AND b = encode('b' || id)
                AND l = ['l' || id, NULL, 'x'] AND m = MAP {'k' || id: [id::INTEGER]}
                AND st.x = repeat('y', (id % 9)::INTEGER)"""))
        .containsExactly("3000");
  }

  @Test
  void aTaskThatFailsLeavesNothing() {
    assertThatThrownBy(
            () ->
                spark()
                    .range(0, 1000, 1, 4)
                    .selectExpr("id", "CASE WHEN id = 999 THEN raise_error('no') END AS name")
                    .writeTo(table("t"))
                    .append())
        .hasStackTraceContaining("no");
    assertThat(file.rows("SELECT * FROM t")).containsExactly("1|one");
    assertThat(Files.exists(folder.resolve("sales.duckdb.staging"))).isFalse();
  }

  private static final AtomicReference<Runnable> MEANWHILE = new AtomicReference<>();

  /**
   * The table is read in a stage of its own, so that the file is free when the changes are made.
   */
  @Test
  void aCommitSinceTheRowsWereReadIsAConflict() {
    registerAfterwards();
    spark().conf().set("spark.sql.autoBroadcastJoinThreshold", "-1");
    try {
      String merge =
          """
          MERGE INTO %s t USING (SELECT 1L AS k UNION ALL SELECT 2L) s ON t.id = s.k
          WHEN MATCHED AND afterwards(t.id + s.k) > 0 THEN UPDATE SET name = 'mine'"""
              .formatted(table("t"));
      MEANWHILE.set(() -> runAsAnother("INSERT INTO t VALUES (2, 'theirs')"));
      assertThatThrownBy(() -> spark().sql(merge))
          .hasStackTraceContaining("has changed since it was read; run the statement again");
      assertThat(file.rows("SELECT * FROM t ORDER BY id")).containsExactly("1|one", "2|theirs");
      assertThat(Files.exists(folder.resolve("sales.duckdb.staging"))).isFalse();
      spark().sql(merge);
      assertThat(file.rows("SELECT * FROM t ORDER BY id")).containsExactly("1|mine", "2|mine");
    } finally {
      spark().conf().unset("spark.sql.autoBroadcastJoinThreshold");
    }
  }

  private static void registerAfterwards() {
    spark()
        .udf()
        .register(
            "afterwards",
            (UDF1<Long, Long>)
                value -> {
                  Runnable now = MEANWHILE.getAndSet(null);
                  if (now != null) {
                    now.run();
                  }
                  return value;
                },
            DataTypes.LongType);
  }

  private void runAsAnother(String... statements) {
    try {
      SparkExtension.closeIdleFiles();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    DuckDBFile.create(file.path(), statements);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DOUBLE | INTEGER | 1.5D",
        "DOUBLE | FLOAT | 1.1D",
        "TIMESTAMP | TIMESTAMP_S | TIMESTAMP_NTZ '2020-01-01 00:00:01'",
        "TIMESTAMP | DATE | TIMESTAMP_NTZ '2020-01-01 12:00:00'",
        "DECIMAL(9,2) | DECIMAL(9,1) | 1.25BD",
        "DOUBLE[] | INTEGER[] | array(1.5D)",
        "STRUCT(a DOUBLE) | STRUCT(a INTEGER) | named_struct('a', 1.5D)",
        "INTEGER | DOUBLE | 1",
        "ENUM('a', 'b') | ENUM('a', 'c') | 'a'"
      })
  void aColumnThatGetsAnotherTypeMeanwhileIsNotWritten(String before, String after, String value)
      throws Exception {
    DuckDBFile.create(file.path(), "CREATE TABLE changing (x " + before + ")");
    registerAfterwards();
    MEANWHILE.set(
        () -> runAsAnother("DROP TABLE changing", "CREATE TABLE changing (x " + after + ")"));
    Dataset<Row> rows =
        spark().range(1).selectExpr("CASE WHEN afterwards(id) = 0 THEN " + value + " END AS x");
    assertThatThrownBy(() -> rows.writeTo(table("changing")).append())
        .hasStackTraceContaining("Cannot write column \"x\" of \"main\".\"changing\": it was ")
        .hasStackTraceContaining(" when the write was planned, and is ");
    assertThat(file.rows("FROM changing")).isEmpty();
    rows.writeTo(table("changing")).append();
    assertThat(file.rows("SELECT count(*) FROM changing")).containsExactly("1");
  }

  @Test
  void timesInNestedValuesAreNotRounded() {
    DuckDBFile.create(
        file.path(),
        """
        CREATE TABLE nested (id BIGINT, l TIMESTAMP_S[], a TIMESTAMP_MS[2], m MAP(TIMESTAMP_S, VARCHAR),
          st STRUCT("a b" TIMESTAMP_MS, e ENUM ('x'), u UTINYINT, f FLOAT, deep STRUCT(t TIMESTAMP_S)[]))""");
    String insert = "INSERT INTO " + table("nested") + " VALUES ";
    String none = "NULL, NULL, NULL, NULL";
    spark().sql(insert + "(1, " + none + ")");
    spark()
        .sql(
            insert
                + """
                (2, array(TIMESTAMP_NTZ '2020-01-01 00:00:01', NULL),
                  array(TIMESTAMP_NTZ '2020-01-01 00:00:00.5', NULL), map(TIMESTAMP_NTZ '1960-01-01 00:00:01', NULL),
                  named_struct('a b', TIMESTAMP_NTZ '1960-01-01 00:00:00.001', 'e', 'x', 'u', 255S,
                    'f', CAST('NaN' AS FLOAT), 'deep', array(NULL, named_struct('t', TIMESTAMP_NTZ '2020-01-01 00:00:00'))))""");
    assertRounded(
        insert + "(3, array(NULL, TIMESTAMP_NTZ '2020-01-01 00:00:00.5'), NULL, NULL, NULL)",
        "Cannot write column \"l\": its TIMESTAMP_S[] keeps seconds");
    assertRounded(
        insert + "(3, NULL, array(NULL, TIMESTAMP_NTZ '2020-01-01 00:00:00.000001'), NULL, NULL)",
        "its TIMESTAMP_MS[2] keeps milliseconds");
    assertRounded(
        insert + "(3, NULL, NULL, map(TIMESTAMP_NTZ '1960-01-01 00:00:00.9', 'x'), NULL)",
        "its MAP(TIMESTAMP_S, VARCHAR) keeps seconds");
    assertRounded(
        """
        UPDATE %s SET st = named_struct('a b', NULL, 'e', NULL, 'u', NULL, 'f', NULL,
          'deep', array(named_struct('t', TIMESTAMP_NTZ '2020-01-01 00:00:00.1'))) WHERE reverse(CAST(id AS STRING)) = '1'"""
            .formatted(table("nested")),
        "keeps milliseconds and seconds, and a value has a part below");
    assertThat(file.rows("SELECT id, l, a, m, st FROM nested ORDER BY id"))
        .containsExactly(
            "1|null|null|null|null",
            "2|['2020-01-01 00:00:01', NULL]|['2020-01-01 00:00:00.5', NULL]|{'1960-01-01 00:00:01'=NULL}|{'a b': '1960-01-01 00:00:00.001', 'e': x, 'u': 255, 'f': nan, 'deep': [NULL, {'t': '2020-01-01 00:00:00'}]}");
  }

  private static void assertRounded(String statement, String message) {
    assertThatThrownBy(() -> spark().sql(statement)).hasStackTraceContaining(message);
  }

  @Test
  void aColumnThatIsGoneIsNotWritten() {
    registerAfterwards();
    MEANWHILE.set(() -> runAsAnother("ALTER TABLE t RENAME name TO title"));
    assertThatThrownBy(
            () ->
                spark()
                    .range(1)
                    .selectExpr("afterwards(id) AS id", "'x' AS name")
                    .writeTo(table("t"))
                    .append())
        .hasStackTraceContaining("it was VARCHAR when the write was planned, and is gone");
  }

  /** DuckDB's catalog and its results do not name all types alike. */
  @Test
  void columnsOfAllTypesAreWhatTheyWere() throws Exception {
    DuckDBFile.create(
        file.path(),
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        """
        CREATE TABLE odd (id INTEGER, e ENUM ('a', 'b,)'), m mood, es ENUM ('x')[], j JSON, js JSON[], u UUID,
          h HUGEINT, uh UHUGEINT, ut UTINYINT, ub UBIGINT, b BIT, n BIGNUM, ns TIMESTAMP_NS, s TIMESTAMP_S,
          tz TIMETZ, z TIMESTAMPTZ, c VARCHAR COLLATE NOCASE, ch CHAR(3), nu NUMERIC, a INTEGER[3],
          st STRUCT("a b" INTEGER, "select" DECIMAL(9,2), "E" ENUM ('p''q'), t TIMESTAMPTZ), d DATE, x BLOB,
          mp MAP(VARCHAR, STRUCT(j JSON)), "Ü ""q ü" VARCHAR[][], un UNION(i INTEGER, s VARCHAR))""",
        "INSERT INTO odd (id) VALUES (1)");
    Dataset<Row> rows =
        spark()
            .read()
            .format("duckherder")
            .option("path", file.toString())
            .option("dbtable", "odd")
            .load();
    rows.write()
        .format("duckherder")
        .mode("append")
        .option("path", file.toString())
        .option("dbtable", "odd")
        .save();
    rows.writeTo(table("odd")).append();
    spark().sql("INSERT INTO " + table("odd") + " (id, e, j) VALUES (2, 'a', '[1]')");
    assertThat(file.rows("SELECT id, e, j, count(*) FROM odd GROUP BY ALL ORDER BY 1"))
        .containsExactly("1|null|null|4", "2|a|[1]|1");
  }

  /** Spark gives NULL for a column that is left out, and does not say so. */
  @Test
  void nullIsNotTakenForADefaultThatSparkDoesNotKnow() {
    DuckDBFile.create(
        file.path(),
        "CREATE SEQUENCE ids",
        "CREATE TABLE made (id BIGINT DEFAULT nextval('ids'), name VARCHAR, size INTEGER DEFAULT 7)");
    String insert = "INSERT INTO " + table("made");
    assertThatThrownBy(() -> spark().sql(insert + " (name) VALUES ('a')"))
        .hasStackTraceContaining("Cannot write NULL into column \"id\"");
    spark().sql(insert + " (id, name) VALUES (5, 'b')");
    assertThatThrownBy(
            () ->
                spark()
                    .sql(
                        "MERGE INTO %s m USING (SELECT 9 AS id, 'c' AS name) s ON m.id = s.id WHEN NOT MATCHED THEN INSERT (name) VALUES (s.name)"
                            .formatted(table("made"))))
        .hasStackTraceContaining("Cannot write NULL into column \"id\"");
    assertThat(file.rows("FROM made")).containsExactly("5|b|7");
  }

  @Test
  void columnsThatSparkCannotGiveAreLeftOut() throws Exception {
    DuckDBFile.create(
        file.path(),
        """
        CREATE TABLE made (a INT, twice INT GENERATED ALWAYS AS (a * 2) VIRTUAL, name VARCHAR,
          u UNION(i INT, s VARCHAR) DEFAULT 'none', label VARCHAR GENERATED ALWAYS AS (upper(name)))""");
    String insert = "INSERT INTO " + table("made");
    spark().sql(insert + " (a, name) VALUES (1, 'x'), (2, NULL)");
    spark().sql("SELECT 3 AS a, 'z' AS name").writeTo(table("made")).append();
    assertThat(file.rows("FROM made ORDER BY a"))
        .containsExactly("1|2|x|none|X", "2|4|null|none|null", "3|6|z|none|Z");
    assertThatThrownBy(() -> spark().sql(insert + " (a, twice) VALUES (4, 8)"))
        .hasStackTraceContaining("Cannot write column \"twice\": DuckDB calculates it");
    assertThatThrownBy(() -> spark().sql(insert + " (a, u) VALUES (4, struct('i', 1, NULL))"))
        .hasStackTraceContaining("u");
    assertThat(file.rows("SELECT count(*) FROM made")).containsExactly("3");
  }
}

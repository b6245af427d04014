package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Statements that change rows, as Spark's suites of row-level operations and of the distribution of
 * writes have them, in our words. What they should do, DuckDB says: it runs the same on its own
 * file.
 */
@ExtendWith(SparkExtension.class)
final class TestRowLevelScenarios {
  private static final String[] TABLES = {
    """
    CREATE TABLE t AS SELECT * FROM (VALUES (1, 10, 'hr', {'x': 1, 'y': 'a'}), (2, 20, 'it', NULL),
      (3, NULL, 'hr', {'x': NULL, 'y': 'c'}), (NULL, 40, NULL, {'x': 4, 'y': NULL}), (5, 10, 'hr', {'x': 1, 'y': 'a'}))
      AS v(id, pay, dep, more)""",
    """
    CREATE TABLE s AS SELECT * FROM (VALUES (1, 100, 'hr'), (3, 300, NULL), (7, 700, 'new'), (NULL, 9, 'none'))
      AS v(k, pay, dep)""",
    """
    CREATE TABLE z AS SELECT i, d, (-d)::FLOAT AS f, {'d': -d, 's': 'x'} AS part
      FROM (VALUES (1, '-0.0'::DOUBLE), (2, 0.0), (5, 7.0)) AS v(i, d)""",
    "CREATE TABLE z_key AS FROM z",
    "ALTER TABLE z_key ADD PRIMARY KEY (i)",
    "CREATE TABLE z_list AS SELECT *, [d] AS l FROM z",
    "CREATE TABLE with_RowID AS SELECT i, i % 2 AS RowID FROM range(10) r(i)",
    "CREATE TABLE with__rowid AS SELECT i, i % 2 AS _rowid FROM range(10) r(i)"
  };

  @TempDir Path folder;

  private DuckDBFile ours;
  private DuckDBFile oracle;

  @BeforeEach
  void make() {
    ours = DuckDBFile.create(folder.resolve("ours.duckdb"), TABLES);
    oracle = DuckDBFile.create(folder.resolve("oracle.duckdb"), TABLES);
    String catalog = "spark.sql.catalog.scenes";
    // Each test has a file of its own, and Spark keeps a catalog once it is used.
    spark().conf().set(catalog + folder.hashCode(), DuckherderCatalog.class.getName());
    spark().conf().set(catalog + folder.hashCode() + ".path", ours.toString());
    spark().sql("USE `scenes" + folder.hashCode() + "`.main");
  }

  @AfterEach
  void leave() {
    spark().sql("USE spark_catalog.default");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM t WHERE id <= 1",
        "DELETE FROM t WHERE id = 1 OR pay IS NULL",
        "DELETE FROM t WHERE NOT (id > 1)",
        "DELETE FROM t WHERE id IN (SELECT k FROM s)",
        "DELETE FROM t WHERE id NOT IN (SELECT k FROM s WHERE k IS NOT NULL)",
        "DELETE FROM t WHERE id NOT IN (SELECT k FROM s)",
        "DELETE FROM t WHERE EXISTS (SELECT 1 FROM s WHERE s.dep = t.dep)",
        "DELETE FROM t WHERE NOT EXISTS (SELECT 1 FROM s WHERE s.k = t.id)",
        "DELETE FROM t WHERE pay = (SELECT max(pay) FROM t)",
        "DELETE FROM t WHERE length(dep) + id > 3 AND more.x = 1",
        "UPDATE t SET pay = -1",
        "UPDATE t SET pay = pay * 2, dep = upper(dep) WHERE id < 3",
        "UPDATE t SET id = id + 1, pay = id WHERE length(dep) = 2",
        "UPDATE t SET dep = NULL WHERE id IN (SELECT k FROM s WHERE pay > 100)",
        "UPDATE t SET pay = (SELECT max(s.pay) FROM s WHERE s.dep = t.dep) WHERE length(dep) = 2",
        "UPDATE t SET dep = 'x' WHERE false",
        "UPDATE t SET pay = coalesce(pay, 0) + length(coalesce(dep, '')) WHERE NOT EXISTS (SELECT 1 FROM s WHERE s.k = t.id)",
        "MERGE INTO t USING s ON t.id = s.k WHEN MATCHED THEN UPDATE SET pay = s.pay",
        "MERGE INTO t USING s ON t.id = s.k WHEN MATCHED THEN DELETE",
        "MERGE INTO t USING s ON t.id = s.k WHEN NOT MATCHED THEN INSERT (id, dep) VALUES (s.k, s.dep)",
        "MERGE INTO t USING s ON t.id = s.k WHEN NOT MATCHED BY SOURCE THEN DELETE",
        """
        MERGE INTO t USING s ON t.id = s.k WHEN MATCHED AND s.dep IS NULL THEN DELETE
        WHEN MATCHED THEN UPDATE SET dep = s.dep, pay = t.pay + s.pay
        WHEN NOT MATCHED AND s.k > 5 THEN INSERT (id, pay, dep) VALUES (s.k, s.pay, s.dep)
        WHEN NOT MATCHED BY SOURCE AND t.pay = 10 THEN UPDATE SET dep = 'lone'""",
        "MERGE INTO t USING (SELECT id + 1 AS k FROM t) u ON t.id = u.k WHEN MATCHED THEN UPDATE SET dep = 'next'",
        "MERGE INTO t USING s ON false WHEN NOT MATCHED THEN INSERT (id, pay, dep) VALUES (s.k, s.pay, s.dep)",
        "INSERT INTO t (dep, id) SELECT dep, k FROM s",
        "INSERT INTO t SELECT id, pay, dep, more FROM t WHERE id > 2"
      })
  void changesAreThoseOfDuckDB(String statement) {
    spark().sql(statement);
    DuckDBFile.create(oracle.path(), statement);
    String all = "SELECT id, pay, dep, more.x, more.y, more IS NULL FROM t ORDER BY ALL";
    assertThat(ours.rows(all)).isEqualTo(oracle.rows(all));
  }

  /** DuckDB's own UPDATE takes a value for unchanged that equals the one in its place. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "z; UPDATE z SET d = -d, f = -f, part.d = -part.d WHERE i < 3; 1|0.0|-0.0|-0.0; 2|-0.0|0.0|0.0",
        "z; MERGE INTO z USING s ON i = k WHEN MATCHED THEN UPDATE SET d = -d, f = s.pay WHEN NOT MATCHED BY SOURCE AND i = 2 THEN UPDATE SET part.d = -part.d; 1|0.0|100.0|0.0; 2|0.0|-0.0|0.0",
        "z_key; UPDATE z_key SET i = -i, d = -d, part.d = -part.d WHERE i < 3; -1|0.0|0.0|-0.0; -2|-0.0|-0.0|0.0",
        "z_list; UPDATE z_list SET i = -i, d = -d, l = array(d) WHERE i < 3; -1|0.0|0.0|0.0; -2|-0.0|-0.0|-0.0"
      })
  void valuesAreChangedToEqualOnes(String table, String statement, String one, String two) {
    spark().sql(statement);
    assertThat(
            ours.rows(
                "SELECT i, d, f, part.d FROM %s WHERE i < 3 ORDER BY abs(i)".formatted(table)))
        .containsExactly(one, two);
    assertThat(ours.rows("SELECT count(*), max(d), max(part.s) FROM " + table))
        .containsExactly("3|7.0|x");
  }

  @Test
  void aRowThatMatchesTwiceFailsTheStatement() {
    String before = ours.rows("FROM t ORDER BY ALL").toString();
    assertThatThrownBy(
            () ->
                spark()
                    .sql(
                        "MERGE INTO t USING (SELECT 1 AS k UNION ALL SELECT 1) u ON t.id = u.k WHEN MATCHED THEN UPDATE SET pay = 0"))
        .hasStackTraceContaining("MERGE_CARDINALITY_VIOLATION");
    assertThat(ours.rows("FROM t ORDER BY ALL")).hasToString(before);
  }

  /** Found by such a column, rows would be others than those that were asked for. */
  @ParameterizedTest
  @ValueSource(strings = {"RowID", "_rowid"})
  void noColumnIsTakenForTheRowids(String column) {
    String table = "with_" + column;
    List<String> before = ours.rows("FROM " + table + " ORDER BY ALL");
    for (String statement :
        List.of(
            "UPDATE %s SET i = 0 WHERE i IN (SELECT id FROM t)",
            "DELETE FROM %s WHERE i IN (SELECT id FROM t)",
            "MERGE INTO %s h USING s ON h.i = s.k WHEN MATCHED THEN DELETE")) {
      assertThatThrownBy(() -> spark().sql(statement.formatted(table)))
          .as(statement)
          .hasMessageContaining("its column \"%s\" hides the rowids", column);
    }
    assertThat(ours.rows("FROM " + table + " ORDER BY ALL")).isEqualTo(before);
  }

  @Test
  void rowsAreDeletedByAConditionWhateverTheColumnsAreCalled() {
    spark().sql("DELETE FROM with_RowID WHERE i > 0");
    assertThat(ours.rows("FROM with_RowID")).containsExactly("0|0");
  }

  /** A table asks for no distribution and no order: rows are written as they are divided. */
  @Test
  void rowsAreWrittenHoweverTheyAreDivided() throws Exception {
    Dataset<Row> rows =
        spark().range(1_000).selectExpr("CAST(id AS INT) AS k", "1 AS pay", "'d' AS dep");
    for (Dataset<Row> divided :
        List.of(
            rows.coalesce(1),
            rows.repartition(37),
            rows.repartition(5, rows.col("pay")),
            rows.repartitionByRange(4, rows.col("k")).sortWithinPartitions("k"),
            rows.orderBy(rows.col("k").desc()),
            rows.limit(0).union(rows))) {
      divided.writeTo("s").append();
    }
    rows.where("k < 0").writeTo("s").append();
    assertThat(ours.rows("SELECT count(*), count(DISTINCT k), sum(k) FROM s WHERE dep = 'd'"))
        .containsExactly("6000|1000|2997000");
  }
}

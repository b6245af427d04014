package io.duckherder.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TestReadPlanner {
  @TempDir Path folder;
  private PlannedDatabase database;

  @BeforeEach
  void open() {
    database =
        PlannedDatabase.createWith(
            "ROW_GROUP_SIZE 2048",
            folder.resolve("p.duckdb"),
            "CREATE TABLE t AS SELECT i, i % 3 AS k, 's' || i AS s, [i] AS l FROM range(9000) r(i)",
            "CREATE VIEW v AS SELECT i + 1 AS j, s FROM t WHERE k = 1",
            "CREATE TABLE \"odd \"\"name\" AS SELECT i AS \"a b\" FROM range(5000) r(i)",
            "CREATE TABLE two AS SELECT i AS a, -i AS b FROM range(5000) r(i)",
            "CREATE VIEW swapped AS SELECT b, a FROM two",
            "CREATE VIEW shifted AS SELECT a + 1000000 AS a, b FROM two",
            "CREATE VIEW renamed AS SELECT a AS b, b AS a FROM two",
            "CREATE TABLE letters AS SELECT CASE WHEN i % 2 = 0 THEN 'ABD' ELSE 'abc' END"
                + " || (100000 - i) AS n FROM range(60000) r(i)",
            "CREATE TABLE gaps AS FROM range(700000) r(i)",
            "DELETE FROM gaps WHERE i BETWEEN 150000 AND 300000",
            "CREATE MACRO twice(x) AS 2 * x");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM t",
        "SELECT i + 1 AS j, upper(s) FROM t WHERE k = 2 AND s LIKE '%7%'",
        "SELECT j FROM v WHERE j > 100",
        "SELECT twice(i), l[1] FROM t WHERE i IN (3, 8000)",
        "SELECT * FROM (SELECT s, i FROM t WHERE i > 10) WHERE i < 8000",
        "SELECT CASE WHEN k = 0 THEN i END AS c, list_transform(l, lambda x: x + 1) AS m FROM t",
        "SELECT rowid, i FROM t WHERE rowid > 4000",
        "SELECT \"a b\" FROM \"odd \"\"name\"",
        "SELECT i FROM t WHERE DATE '1970-01-01' + i::INTEGER < now()"
      })
  void cutsScans(String sql) {
    ReadPlan plan = database.query(PlannedDatabase.FINE, sql);
    assertThat(plan.summary().wholeBecause()).isEmpty();
    assertThat(plan.fragments()).hasSizeGreaterThan(1);
    assertThat(database.rows(plan)).isEqualTo(database.sorted(sql));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM t WHERE i > 5",
        "SELECT sum(i) FROM t",
        "SELECT k, max(s) FROM t GROUP BY k",
        "SELECT DISTINCT k FROM t",
        "FROM t ORDER BY i DESC",
        "FROM t LIMIT 5",
        "SELECT i, row_number() OVER (ORDER BY i) FROM t",
        "SELECT a.i FROM t a JOIN t b ON a.i = b.i + 1",
        "SELECT i FROM t UNION ALL SELECT j FROM v",
        "SELECT i FROM t WHERE i = (SELECT max(i) FROM t)",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) FROM r",
        "SELECT unnest(l) FROM t",
        "SELECT 1",
        "FROM range(10)",
        "VALUES (1), (2)",
        "DESCRIBE t",
        "SHOW TABLES"
      })
  void leavesTheRestWholeAndSaysWhy(String sql) {
    ReadPlan plan = database.query(PlannedDatabase.FINE, sql);
    assertThat(plan.summary().wholeBecause()).isPresent();
    assertThat(plan.fragments()).hasSize(1);
    assertThat(database.rows(plan)).isEqualTo(database.sorted(sql));
  }

  @Test
  void neverRunsVolatileFunctionsInSeveralFragments() {
    for (String sql : List.of("SELECT i, random() FROM t", "SELECT uuid(), i FROM t")) {
      ReadPlan plan = database.query(PlannedDatabase.FINE, sql);
      assertThat(plan.summary().wholeBecause())
          .hasValueSatisfying(why -> assertThat(why).contains("calls"));
    }
  }

  @Test
  void readsWhatAConnectorAsksFor() {
    ReadPlan plan = read("t", List.of("s", "i"), "\"k\" = 1 AND \"i\" > 20");
    assertThat(plan.columns())
        .containsExactly(new ResultColumn("s", "VARCHAR"), new ResultColumn("i", "BIGINT"));
    assertThat(plan.fragments()).hasSizeGreaterThan(1);
    assertThat(database.rows(plan))
        .isEqualTo(database.sorted("SELECT s, i FROM t WHERE k = 1 AND i > 20"));
    assertThat(database.rows(read("t", List.of(), "\"k\" = 1"))).hasSize(3_000);
    assertThat(database.rows(read("v", List.of("j"), "\"j\" > 5000")))
        .isEqualTo(database.sorted("SELECT j FROM v WHERE j > 5000"));
    assertThat(database.rows(read("\"odd \"\"name\"", List.of("a b"), "\"a b\" < 7"))).hasSize(7);
    assertThat(database.rows(read("db.main.t", List.of("i"), "\"i\" IN (1,2,3,4,5,6,7,8,9)")))
        .hasSize(9);
  }

  @Test
  void readsAViewThatLooksLikeItsTable() {
    for (String view : List.of("swapped", "shifted", "renamed")) {
      ReadPlan plan =
          database.planner.plan(
              database.connection,
              database.snapshot,
              "q",
              new ReadRequest(
                  ReadRequest.Relation.ofTable(view),
                  Optional.empty(),
                  Optional.empty(),
                  SessionSettings.DEFAULT,
                  PlannedDatabase.FINE));
      assertThat(database.rows(plan)).as(view).isEqualTo(database.sorted("FROM " + view));
    }
  }

  @Test
  void plansTheSameForAllAfterASessionOfOtherSettings() {
    SessionSettings odd =
        SessionSettings.DEFAULT
            .withSetting("default_collation", "nocase")
            .withSetting("default_order", "DESC");
    for (String table : List.of("letters", "gaps")) {
      try (Connection session = database.connection.unwrap(DuckDBConnection.class).duplicate()) {
        PlannedDatabase.execute(session, "USE db");
        odd.applyTo(session);
        database.planner.planQuery(
            session, database.snapshot, odd, PlannedDatabase.FINE, "q", "FROM " + table);
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }
    String sql = "SELECT n FROM letters WHERE n = 'ABD50000'";
    assertThat(database.rows(database.query(PlannedDatabase.FINE, sql)))
        .containsExactly("ABD50000|");
    assertThat(database.rows(database.query(PlannedDatabase.FINE, "FROM gaps")))
        .isEqualTo(database.sorted("FROM gaps"));
  }

  @Test
  void keepsNulCharacters() {
    String sql = "SELECT length(s || chr(0) || 'x') - length(s) AS n FROM t WHERE i < 3";
    assertThat(database.rows(database.query(PlannedDatabase.FINE, sql)))
        .containsExactly("2|", "2|", "2|");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t; DROP TABLE t",
        "t WHERE i = 1",
        "t AS x",
        "(SELECT 1)",
        "t, v",
        "",
        "range(5)"
      })
  void refusesTableNamesThatAreMore(String name) {
    assertThatThrownBy(() -> read(name, List.of(), null))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_OPTION));
  }

  @Test
  void givesDuckDBsErrors() {
    assertThatThrownBy(() -> database.query(PlannedDatabase.FINE, "SELEC 1"))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SYNTAX_ERROR));
    assertThatThrownBy(() -> database.query(PlannedDatabase.FINE, "FROM absent"))
        .hasMessageContaining("absent")
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.OBJECT_NOT_FOUND));
  }

  private ReadPlan read(String table, List<String> columns, String filter) {
    return database.planner.plan(
        database.connection,
        database.snapshot,
        "q",
        new ReadRequest(
            ReadRequest.Relation.ofTable(table),
            Optional.of(columns),
            Optional.ofNullable(filter),
            SessionSettings.DEFAULT,
            PlannedDatabase.FINE));
  }
}

package io.duckherder.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.session.ExecutionSettings;
import io.duckherder.session.SessionSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of cutting: that it fires, that it does not, and that the answer is DuckDB's. */
final class TestStages {
  private static final ExecutionSettings SETTINGS =
      ExecutionSettings.DEFAULT
          .with("duckherder_execution", "distributed")
          .with("duckherder_minimum_rows", "0")
          .with("duckherder_partition_rows", "2048")
          .with("duckherder_broadcast_rows", "500");

  @TempDir static Path folder;
  private static PlannedDatabase database;

  /** One with a macro of the name of every function. */
  private static PlannedDatabase macros;

  @BeforeAll
  static void open() {
    database =
        PlannedDatabase.createWith(
            "ROW_GROUP_SIZE 2048",
            folder.resolve("p.duckdb"),
            // Clustered by their keys, as facts are that came in by time.
            "CREATE TABLE orders AS SELECT i AS id, i % 97 AS customer, (i * 7) % 1000 AS price,"
                + " CASE WHEN i % 11 = 0 THEN NULL ELSE 's' || i % 5 END AS status,"
                + " DATE '2020-01-01' + (i // 50)::INTEGER AS day FROM range(20000) r(i)",
            "CREATE TABLE lines AS SELECT i // 3 AS order_id, i % 3 AS line, (i * 13) % 50 AS part,"
                + " (i % 100) / 7.0 AS weight, (i * 3 % 101)::DECIMAL(9,2) AS amount"
                + " FROM range(60000) r(i)",
            // Not clustered by anything.
            "CREATE TABLE events AS SELECT hash(i) % 5000 AS k, i AS v,"
                + " CASE WHEN i % 50 = 0 THEN NULL ELSE hash(i) % 300 END AS n FROM range(30000) r(i)",
            "CREATE TABLE visits AS SELECT hash(i * 31) % 6000 AS k, i AS w FROM range(25000) r(i)",
            "CREATE TABLE named(n VARCHAR COLLATE NOCASE, m VARCHAR, v INTEGER)",
            "INSERT INTO named SELECT CASE WHEN i % 2 = 0 THEN 'x' ELSE 'X' END || i % 3000,"
                + " 'X' || i % 2000, i FROM range(20000) r(i)",
            "CREATE TABLE parts AS SELECT i AS id, 'part ' || i AS name FROM range(50) r(i)");
  }

  @BeforeAll
  static void openWithMacros() throws SQLException {
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE t AS SELECT hash(i) % 700 AS k, i AS v, hash(i * 7) % 90 AS n,"
            + " DATE '2020-01-01' + (i // 1000)::INTEGER AS d, {'a': i, 'b': [i]} AS s,"
            + " MAP {'x': i} AS m, to_days(i::INTEGER) AS i FROM range(20000) r(i)");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      statements.addAll(Macros.ofEveryFunction(connection));
    }
    macros =
        PlannedDatabase.createWith(
            "ROW_GROUP_SIZE 2048",
            folder.resolve("macros.duckdb"),
            statements.toArray(String[]::new));
  }

  @AfterAll
  static void close() {
    macros.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Starts of wide rows, for which DuckDB alone looks up most columns late.
        "SELECT * FROM lines ORDER BY amount, order_id, line LIMIT 7",
        "SELECT * FROM (SELECT * FROM orders ORDER BY price, id LIMIT 20) WHERE customer < 90",
        // Aggregates in two halves.
        "SELECT count(*), sum(amount), avg(weight), min(part), max(weight) FROM lines",
        "SELECT part, count(*) AS n, sum(amount) AS s, avg(amount) FROM lines GROUP BY part",
        "SELECT status, sum(price) FILTER (WHERE id % 2 = 0), count(status) FROM orders GROUP BY ALL",
        "SELECT max(day), min(day), bool_and(price > 5), bit_xor(id) FROM orders WHERE price > 990",
        "SELECT customer % 7, stddev(price), corr(price, id), approx_count_distinct(id) > 0"
            + " FROM orders GROUP BY 1 HAVING count(*) > 10",
        "SELECT status, customer, grouping(status), sum(price), max(day) FROM orders"
            + " WHERE customer < 5 GROUP BY ROLLUP (status, customer)",
        "SELECT status, customer % 3, count(*), min(day) FROM orders GROUP BY CUBE (1, 2)",
        "SELECT arg_max(id, price * 100000 + id), arg_min(id, id) FROM orders",
        // Aggregates without states, by their groups.
        "SELECT part, median(weight), string_agg(line, ',' ORDER BY order_id, line) FROM lines"
            + " WHERE order_id < 500 GROUP BY part",
        "SELECT k, count(DISTINCT n), sum(DISTINCT n), mode(n % 3) IS NULL FROM events GROUP BY k",
        "SELECT count(DISTINCT k), count(DISTINCT n) FROM events",
        "SELECT quantile_cont(v, 0.3), histogram(n % 3) FROM events",
        // Joins.
        "SELECT name, sum(amount) FROM lines JOIN parts ON part = id GROUP BY name",
        "SELECT o.id, sum(l.amount) FROM orders o JOIN lines l ON l.order_id = o.id GROUP BY o.id",
        "SELECT o.id, l.line FROM orders o LEFT JOIN lines l ON l.order_id = o.id AND l.part = 3",
        "SELECT o.id, l.line FROM lines l RIGHT JOIN orders o ON l.order_id = o.id + 15000",
        "SELECT id FROM orders WHERE id IN (SELECT order_id FROM lines WHERE part = 7)",
        "SELECT id FROM orders WHERE id NOT IN (SELECT order_id FROM lines WHERE part = 7)",
        "SELECT id FROM orders o WHERE NOT EXISTS (FROM lines l WHERE l.order_id = o.id AND part < 9)",
        "SELECT v FROM events WHERE n NOT IN (SELECT n FROM events WHERE v > 100)",
        "SELECT v FROM events WHERE k NOT IN (SELECT k FROM visits WHERE w > 100)",
        "SELECT e.k, e.v, w FROM events e JOIN visits x ON e.k = x.k WHERE v % 3 = 0",
        "SELECT e.k, e.v, w FROM events e FULL JOIN visits x ON e.k = x.k",
        "SELECT e.k, count(*), sum(w) FROM events e LEFT JOIN visits x ON e.k = x.k GROUP BY e.k",
        "SELECT e.v, (SELECT max(w) FROM visits x WHERE x.k = e.k) FROM events e",
        "SELECT e.v, x.w FROM events e ASOF JOIN visits x ON e.k = x.k AND e.v >= x.w",
        "SELECT count(*), sum(v + w) FROM events, visits WHERE v BETWEEN w AND w + 1 AND w < 500",
        "SELECT count(*) FROM parts a, parts b, orders WHERE price = 3",
        "SELECT count(*), sum(id) FROM orders WHERE price > (SELECT avg(price) FROM orders)",
        // Windows.
        "SELECT id, sum(price) OVER (PARTITION BY customer ORDER BY id) FROM orders",
        "SELECT k, v, row_number() OVER (PARTITION BY k ORDER BY v) AS r FROM events QUALIFY r < 3",
        "SELECT id, rank() OVER (ORDER BY price, id) FROM orders WHERE id < 3000",
        // Duplicates and sets.
        "SELECT DISTINCT k, n FROM events",
        "SELECT DISTINCT ON (k) k, v FROM events ORDER BY k, v",
        "SELECT k FROM events UNION SELECT k FROM visits",
        "SELECT k FROM events EXCEPT SELECT k FROM visits",
        "SELECT k FROM events INTERSECT ALL SELECT k FROM visits",
        "SELECT k, v FROM events UNION ALL SELECT k, w FROM visits",
        // Common table expressions.
        "WITH c AS MATERIALIZED (SELECT k, count(*) AS n FROM events GROUP BY k)"
            + " SELECT a.k, b.n FROM c a JOIN c b ON a.k = b.n",
        "WITH c AS MATERIALIZED (SELECT k, v % 100 AS n FROM events)"
            + " SELECT n, count(*) FROM c GROUP BY n UNION ALL SELECT k, 1 FROM c WHERE n = 3",
        "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 40)"
            + " SELECT i, count(*) FROM r JOIN lines ON part = i GROUP BY i",
        "SELECT part, u FROM lines, unnest([part, line]) AS t(u) WHERE order_id < 3000",
        "PIVOT orders ON status IN ('s1', 's2') USING sum(price) GROUP BY customer",
        "SELECT n, count(*) FROM (SELECT DISTINCT lower(n) AS n FROM named) GROUP BY n",
        // Orders and limits.
        "SELECT v FROM (SELECT v FROM events ORDER BY v % 777, v) LIMIT 5 OFFSET 100",
        "SELECT count(*) FROM (SELECT k, count(*) FROM events GROUP BY k LIMIT 7)",
        "SELECT count(*) FROM (SELECT DISTINCT ON (k) k, v FROM events ORDER BY k, v LIMIT 7)",
        "SELECT id FROM orders ORDER BY id LIMIT 9223372036854775807 OFFSET 19990",
        "SELECT id, price FROM orders ORDER BY price DESC, id LIMIT 17 OFFSET 3",
        "SELECT status, id FROM orders ORDER BY status NULLS FIRST, id DESC",
        "SELECT customer, sum(price) AS s FROM orders GROUP BY customer ORDER BY s DESC, customer LIMIT 5",
        "SELECT k, max(v) FROM events GROUP BY k ORDER BY k LIMIT 100",
      })
  void theAnswerOfStagesIsDuckDBs(String sql) throws SQLException {
    for (int workers : List.of(1, 3)) {
      for (String rescan : List.of("0", "8")) {
        QueryPlan plan = plan(sql, SETTINGS.with("duckherder_rescan_tasks", rescan), workers);
        assertThat(plan.wholeBecause()).as("%s with %d workers", sql, workers).isEmpty();
        requireSame(plan, sql);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT v FROM events LIMIT 3 OFFSET 15000",
        "SELECT v FROM (SELECT v, n FROM events WHERE n < 250) WHERE v % 3 = 1 LIMIT 40 OFFSET 2000",
        "SELECT sum(v), count(*) FROM (SELECT v FROM events WHERE n = 5 LIMIT 50)",
        "SELECT min(v), max(v) FROM (SELECT v FROM events LIMIT 1000 OFFSET 20000)",
        "SELECT max(v) FROM (SELECT v, k FROM events WHERE n IS NOT NULL LIMIT 10 OFFSET 25000)"
            + " WHERE k >= 0",
        "SELECT count(*), sum(v) FROM (SELECT v FROM events WHERE k > 5 LIMIT 1000)"
            + " JOIN (SELECT v FROM events WHERE k > 5 LIMIT 1000) USING (v)",
        "WITH c AS NOT MATERIALIZED (SELECT v FROM events WHERE k > 5 LIMIT 1000)"
            + " SELECT count(*) FROM c a JOIN c b USING (v)",
        "WITH c AS MATERIALIZED (SELECT v FROM events WHERE k > 5 LIMIT 1000)"
            + " SELECT count(*), max(a.v) FROM c a JOIN c b USING (v)",
        "SELECT max(v) FROM (SELECT v, name FROM events JOIN parts ON n = id LIMIT 100)",
        "SELECT max(v) FROM (FROM (SELECT v FROM events UNION ALL SELECT w FROM visits) LIMIT 99"
            + " OFFSET 20000)",
        "SELECT max(v) FROM (SELECT v, count(*) OVER () AS n FROM events WHERE k < 900 LIMIT 9)",
        "SELECT id FROM parts WHERE id IN (SELECT n FROM events LIMIT 60)",
      })
  void limitsGiveTheRowsThatWereInsertedFirst(String sql) throws SQLException {
    for (int workers : List.of(1, 3)) {
      requireSame(database, plan(sql, SETTINGS, workers), sql, true);
    }
  }

  @Test
  void groupsAreLimitedInOnePlaceAndOnce() {
    String groups = "(SELECT k, count(*) AS n FROM events GROUP BY k LIMIT 1000)";
    QueryPlan once = plan("SELECT sum(n) FROM " + groups, SETTINGS, 2);
    assertThat(once.stages().get(0).tasks()).hasSizeGreaterThan(1);
    String twice = "SELECT count(*), sum(a.n) FROM %1$s a JOIN %1$s b USING (k)".formatted(groups);
    assertThat(plan(twice, SETTINGS, 2).wholeBecause())
        .contains("it limits rows that have no order more than once");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT random(), count(*) FROM events GROUP BY 1 | it calls random()",
        "SELECT list(v) FROM events | no part",
        "SELECT n FROM named INTERSECT SELECT m FROM named | by a collation",
        "SELECT m COLLATE NOCASE FROM named EXCEPT ALL SELECT lower(m) FROM named | by a collation",
        "WITH w AS MATERIALIZED (SELECT v FROM events ORDER BY v % 777, v)"
            + " SELECT v FROM w LIMIT 5 OFFSET 100 | the order of its rows matters",
        "SELECT sum(v * x) FROM events, (VALUES (random()), (2)) r(x) | it calls random()",
        "SELECT string_agg(v, ',') FROM (SELECT v FROM events WHERE v < 9) | no part",
        "SELECT row_number() OVER (), v FROM events | no part",
        "SELECT v FROM events LIMIT 9 OFFSET 200 | no part",
        "SELECT sum(v) FROM (SELECT v FROM events LIMIT 9 OFFSET 200) | no part",
        "SELECT sum(v) FROM (SELECT v FROM events WHERE n = 5 LIMIT 9) | no part",
        "SELECT count(*) FROM (SELECT k, row_number() OVER (PARTITION BY k ORDER BY v) FROM events"
            + " LIMIT 11) | no part",
        "SELECT count(*) FROM events TABLESAMPLE 10% | it takes a sample",
        "SELECT sum(v) FROM (FROM events POSITIONAL JOIN visits) | no part",
      })
  void whatCannotBeCutRunsWhole(String sql, String because) {
    QueryPlan plan = plan(sql, SETTINGS, 2);
    assertThat(plan.wholeBecause().orElse("")).as(sql).contains(because);
    assertThat(plan.last().tasks()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT part, count(*) FROM lines GROUP BY part"
            + " | first half of aggregation by rows of lines",
        "SELECT l.order_id, count(*) FROM orders o JOIN lines l ON l.order_id = o.id"
            + " GROUP BY l.order_id | aggregation by ranges of lines, orders",
        "SELECT id, price FROM orders ORDER BY price, id LIMIT 5"
            + " | first half of top rows by rows of orders, sorted",
        "SELECT v FROM events WHERE n = 5 LIMIT 9 | first half of limit by rows of events",
        "SELECT e.v, x.w FROM events e FULL JOIN visits x ON e.k = x.k"
            + " | join by buckets of events, visits",
      })
  void theRuleThatFitsFires(String sql, String operations) {
    QueryPlan plan = plan(sql, SETTINGS, 2);
    assertThat(plan.stages().stream().map(Stage::operation).collect(Collectors.joining("; ")))
        .isEqualTo(operations);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT k, sum(v), count(*), avg(v), min(n), arg_max(n, v) FROM t GROUP BY k",
        "SELECT a.k, max(a.v + b.v) FROM t a JOIN t b ON a.k = b.n GROUP BY a.k",
        "SELECT k, median(v), count(DISTINCT n) FROM t GROUP BY k",
        "SELECT v, k FROM t ORDER BY k, v DESC LIMIT 30",
        "SELECT v FROM t WHERE n > 20 AND d >= DATE '2020-01-05'",
        "WITH c AS MATERIALIZED (SELECT k, count(*) AS n FROM t GROUP BY k)"
            + " SELECT a.k, b.n FROM c a JOIN c b ON a.k = b.n",
        "SELECT k, max(s), first(m ORDER BY v), max(i) FROM t GROUP BY k",
      })
  void macrosOfTheNamesOfFunctionsChangeNothing(String sql) throws SQLException {
    String system =
        sql.replaceAll("\\b(sum|count|avg|min|max|arg_max|median|first)\\(", "system.main.$1(");
    for (int workers : List.of(1, 3)) {
      QueryPlan plan =
          macros.planner.planStages(
              macros.connection,
              macros.snapshot,
              SessionSettings.DEFAULT,
              SETTINGS.with("duckherder_rescan_tasks", workers == 1 ? "8" : "0"),
              workers,
              workers,
              system);
      assertThat(plan.wholeBecause()).as(sql).isEmpty();
      requireSame(macros, plan, system, sql.contains("ORDER BY k"));
    }
  }

  @Test
  void bigTablesAreExchangedWhereTooManyTasksWouldReadThemAll() {
    String sql = "SELECT e.v, x.w FROM events e FULL JOIN visits x ON e.k = x.k";
    QueryPlan rescanned = plan(sql, SETTINGS, 2);
    QueryPlan exchanged = plan(sql, SETTINGS.with("duckherder_rescan_tasks", "1"), 2);
    assertThat(rescanned.stages()).hasSize(1);
    assertThat(exchanged.stages()).hasSize(3);
    assertThat(exchanged.last().inputs()).allMatch(Stage.Input::byBucket);
  }

  @Test
  void fewRowsRunWholeUnlessStagesAreAskedFor() {
    ExecutionSettings auto = ExecutionSettings.DEFAULT;
    assertThat(plan("SELECT sum(v) FROM events", auto, 2).wholeBecause())
        .contains("it reads few rows");
    assertThat(plan("SELECT sum(v) FROM events", SETTINGS, 2).wholeBecause()).isEmpty();
    assertThat(
            plan("SELECT sum(v) FROM events", SETTINGS.with("duckherder_execution", "single"), 2)
                .wholeBecause())
        .contains("duckherder_execution is 'single'");
  }

  @Test
  void planningLeavesNothingOnTheConnection() throws SQLException {
    plan("SELECT DISTINCT ON (k) k, v FROM events ORDER BY k, v", SETTINGS, 3);
    try (Statement statement = database.connection.createStatement();
        ResultSet views =
            statement.executeQuery(
                "SELECT count(*) FROM duckdb_views() WHERE temporary AND NOT internal")) {
      views.next();
      assertThat(views.getLong(1)).isZero();
    }
  }

  private static QueryPlan plan(String sql, ExecutionSettings settings, int workers) {
    return database.planner.planStages(
        database.connection,
        database.snapshot,
        SessionSettings.DEFAULT,
        settings,
        workers,
        workers,
        sql);
  }

  private static void requireSame(QueryPlan plan, String sql) throws SQLException {
    boolean ordered =
        sql.contains("ORDER BY") && !sql.contains("OVER") && !sql.contains("string_agg");
    requireSame(database, plan, sql, ordered);
  }

  private static void requireSame(
      PlannedDatabase database, QueryPlan plan, String sql, boolean ordered) throws SQLException {
    List<String> expected = rows(database, sql);
    List<String> answer;
    try (PlanRun run = new PlanRun(database.connection, plan)) {
      run.run();
      answer = rows(database, "FROM temp.main.answer");
    }
    if (!ordered) {
      expected.sort(null);
      answer.sort(null);
    }
    assertThat(answer).as(sql).isEqualTo(expected);
  }

  /** Rows as text; floating numbers to nine digits. */
  private static List<String> rows(PlannedDatabase database, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = database.connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          Object value = result.getObject(i);
          row.append(value instanceof Double d ? "%.8e".formatted(d) : String.valueOf(value));
          row.append(" | ");
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }
}

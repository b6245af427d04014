package io.duckherder.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.session.ExecutionSettings;
import io.duckherder.session.SessionSettings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters that inner joins imply leave the fragments; all others stay, and so do the answers. */
final class TestImpliedFilters {
  private static final ExecutionSettings SETTINGS =
      ExecutionSettings.DEFAULT
          .with("duckherder_execution", "distributed")
          .with("duckherder_minimum_rows", "0")
          .with("duckherder_partition_rows", "2048");

  @TempDir static Path folder;
  private static PlannedDatabase database;

  @BeforeAll
  static void open() {
    database =
        PlannedDatabase.createWith(
            "ROW_GROUP_SIZE 2048",
            folder.resolve("i.duckdb"),
            "CREATE TABLE buyers AS SELECT i AS id, 'b' || i % 100 AS name FROM range(-5, 9000) r(i)",
            "CREATE TABLE sales AS SELECT i AS id, (i * 7) % 7001 AS buyer, i % 1000 AS price"
                + " FROM range(60000) r(i)");
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void whatAnInnerJoinImpliesIsTakenOut() throws SQLException {
    String sql =
        "SELECT name, count(*), sum(price) FROM buyers JOIN sales ON buyers.id = buyer"
            + " WHERE price < 500 GROUP BY name";

    assertThat(database.rows("EXPLAIN (SQL) " + sql).toString()).contains("7000");
    assertThat(texts(sql)).doesNotContain("7000");
    requireSame(sql);
  }

  @Test
  void aBoundThatNotAllValuesPassStays() throws SQLException {
    String sql =
        "SELECT name, count(*), sum(price) FROM buyers JOIN sales ON buyers.id = buyer"
            + " WHERE buyers.id <= 6999 AND price < 500 GROUP BY name";

    assertThat(texts(sql)).contains("6999");
    requireSame(sql);
  }

  @Test
  void aBoundThatAllValuesPassStaysWhereTheJoinKeepsTheOthers() throws SQLException {
    for (String join : List.of("LEFT", "FULL")) {
      String sql =
          "SELECT name, count(*), sum(price) FROM (FROM buyers WHERE id <= 7000) b "
              + join
              + " JOIN (FROM sales WHERE price < 500) ON b.id = buyer GROUP BY name";

      assertThat(texts(sql)).as(sql).contains("7000");
      requireSame(sql);
    }
  }

  @Test
  void aBoundOfAnotherColumnStays() throws SQLException {
    String sql =
        "SELECT name, count(*) FROM buyers JOIN (FROM sales WHERE id <= 59990) ON buyers.id = buyer"
            + " GROUP BY name";

    assertThat(texts(sql)).contains("59990");
    requireSame(sql);
  }

  @Test
  void whatAConditionThatMayFailGuardsStays() throws SQLException {
    String sql =
        "SELECT count(*) FROM (SELECT id, name FROM buyers WHERE id <= 7000) b"
            + " JOIN (FROM sales WHERE price < 500) s"
            + " ON b.id = s.buyer AND CAST(substr(b.name, 2) AS INTEGER) < s.price";

    assertThat(texts(sql)).contains("7000");
    requireSame(sql);
  }

  private static String texts(String sql) {
    return plan(sql).stages().stream()
        .map(stage -> stage.tasks().get(0).sql())
        .collect(Collectors.joining("\n"));
  }

  private static QueryPlan plan(String sql) {
    QueryPlan plan =
        database.planner.planStages(
            database.connection, database.snapshot, SessionSettings.DEFAULT, SETTINGS, 2, 2, sql);
    assertThat(plan.wholeBecause()).as(sql).isEmpty();
    return plan;
  }

  private static void requireSame(String sql) throws SQLException {
    try (PlanRun run = new PlanRun(database.connection, plan(sql))) {
      run.run();
      List<String> rows = database.rows("FROM temp.main.answer");
      Collections.sort(rows);
      assertThat(rows).as(sql).isEqualTo(database.sorted(sql));
    }
  }
}

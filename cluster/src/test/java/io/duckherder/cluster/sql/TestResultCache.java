package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TestResultCache {
  private static final String SUM = "SELECT i % 3 AS k, sum(i) AS s FROM t GROUP BY ALL ORDER BY k";

  @TempDir Path directory;
  private ClusterRunner cluster;
  private Connection client;

  @BeforeEach
  void start() throws SQLException {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT range AS i, 'text ' || range AS s FROM range(1000)",
            "CREATE VIEW v AS SELECT i, random() AS r FROM t",
            "CREATE VIEW clock AS SELECT now() AS n FROM t LIMIT 1",
            "CREATE MACRO twice(x) AS x * 2",
            "CREATE TABLE g (a INTEGER, b AS (a + 1))",
            "INSERT INTO g VALUES (1)");
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .database("db", file)
            .queries(QueryConfig.DEFAULT.withCache(1L << 20, 32L << 10))
            .build();
    client = cluster.connect();
    run("SET duckherder_result_cache = true");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    }
  }

  private String all(String sql) throws SQLException {
    return Rows.of(client, sql).toString();
  }

  /** How the last query ran. */
  private String strategy() throws SQLException {
    return Rows.one(
        client,
        "SELECT merge_strategy FROM duckherder_get_query_execution_stats()"
            + " ORDER BY execution_start_time DESC LIMIT 1");
  }

  private void assertKept(String sql) throws SQLException {
    String first = all(sql);
    assertThat(strategy()).isNotEqualTo("RESULT_CACHE");
    assertThat(all(sql)).isEqualTo(first);
    assertThat(strategy()).isEqualTo("RESULT_CACHE");
  }

  @Test
  void theSameQuestionIsAnsweredByTheSameRows() throws SQLException {
    assertKept(SUM);
    assertKept("WITH c AS (SELECT i FROM t WHERE i < 5) SELECT count(*), max(i) FROM c");
    assertKept("SELECT i, s FROM t WHERE i < 20 ORDER BY i DESC");
    assertKept("SELECT i FROM t WHERE i < 0");
  }

  @Test
  void valuesOfParametersAreAPartOfTheQuestion() throws SQLException {
    try (PreparedStatement statement =
        client.prepareStatement("SELECT count(*) FROM t WHERE i < ?")) {
      for (long limit : new long[] {10, 20, 10, 20}) {
        statement.setLong(1, limit);
        assertThat(Rows.of(statement.executeQuery()).toString()).isEqualTo("[[" + limit + "]]");
      }
    }
    assertThat(strategy()).isEqualTo("RESULT_CACHE");
  }

  @Test
  void settingsAreAPartOfTheQuestion() throws SQLException {
    String sql = "SELECT max(i) / 2 FROM t";
    assertThat(all(sql)).isEqualTo("[[499.5]]");
    run("SET integer_division = true");
    assertThat(all(sql)).isEqualTo("[[499]]");
    run("SET integer_division = false");
    assertThat(all(sql)).isEqualTo("[[499.5]]");
  }

  @Test
  void aNewSnapshotIsAnotherQuestion() throws Exception {
    assertKept("SELECT count(*) FROM t");
    Path next = Rows.file(directory.resolve("next"), "CREATE TABLE t AS SELECT 1 AS i");
    Files.move(next, directory.resolve("db.duckdb"), StandardCopyOption.REPLACE_EXISTING);
    run("CALL duckherder_refresh('db')");
    assertThat(all("SELECT count(*) FROM t")).isEqualTo("[[1]]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*), random() FROM t",
        "SELECT max(i), now() FROM t",
        "SELECT count(*), current_date FROM t",
        "SELECT count(*), get_current_timestamp() FROM t",
        "SELECT max(r) FROM v",
        "SELECT n FROM clock",
        "SELECT twice(i) FROM t LIMIT 1",
        "SELECT b FROM g",
        "SELECT count(*) FROM t TABLESAMPLE 50%",
        "SELECT count(*) FROM (SELECT * FROM t USING SAMPLE 10 ROWS)",
        "SELECT count(*) FROM range(10)",
        "SELECT count(*) FROM duckdb_tables()",
        "SELECT count(*) FROM information_schema.tables",
        "SELECT count(*), current_setting('TimeZone') FROM t",
        "SELECT count(*), getvariable('x') FROM t",
        "SELECT count(*), uuid() FROM t",
        "SELECT repeat(s, 100) FROM t"
      })
  void whatMayDifferOrIsLargeIsNotKept(String sql) throws SQLException {
    for (int i = 0; i < 2; i++) {
      all(sql);
      assertThat(
              Rows.one(
                  client,
                  "SELECT count(*) FROM duckherder_get_query_execution_stats()"
                      + " WHERE merge_strategy = 'RESULT_CACHE'"))
          .isEqualTo("0");
    }
  }

  @Test
  void nothingIsKeptUnlessASessionWantsIt() throws SQLException {
    run("RESET duckherder_result_cache");
    all(SUM);
    all(SUM);
    assertThat(strategy()).isNotEqualTo("RESULT_CACHE");
  }

  @Test
  void manyAtOnceGetTheirOwnAnswersWhileOthersGiveWay() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int seed = thread;
        answers.add(executor.submit(() -> right(seed)));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private boolean right(int seed) throws SQLException {
    try (Connection own = cluster.connect();
        Statement statement = own.createStatement()) {
      statement.execute("SET duckherder_result_cache = true");
      for (int i = 0; i < 40; i++) {
        int from = 20 * ((seed + i) % 50);
        List<List<String>> rows =
            Rows.of(
                own,
                "SELECT i, repeat(s, 60) FROM t WHERE i >= %d AND i < %d ORDER BY i"
                    .formatted(from, from + 20));
        assertThat(rows).hasSize(20);
        assertThat(rows.get(0).get(0)).isEqualTo(String.valueOf(from));
        assertThat(rows.get(19).get(1)).startsWith("text " + (from + 19));
      }
    }
    return true;
  }
}

package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each kind of statement does, and the codes of those that fail. */
final class TestStatements {
  @TempDir static Path directory;
  private static Path file;
  private static ClusterRunner cluster;
  private static Connection client;

  @BeforeAll
  static void start() throws SQLException {
    file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE big AS SELECT range AS i, range % 7 AS g, 'row ' || range AS s"
                + " FROM range(1500000)",
            "CREATE TABLE small AS SELECT range AS i, range % 3 AS g FROM range(10)",
            "CREATE SEQUENCE q");
    cluster = ClusterRunner.builder(directory.resolve("spill")).database("db", file).build();
    client = cluster.connect();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT '%s'", "SELECT i, '%s' FROM big WHERE i > 5", "SELECT {'%s': 1}"})
  void aNameThatArrowDoesNotReadIsToldSo(String template) {
    String sql = template.formatted("x".repeat(40_000));
    assertThatThrownBy(() -> Rows.of(client, sql))
        .hasMessageContaining("take more than 32766 bytes; give an expression a name with AS");
  }

  @Test
  void aLongTextWithAShortNameIsRead() throws SQLException {
    String text = "x".repeat(100_000);
    assertThat(Rows.one(client, "SELECT '" + text + "' AS text")).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM big WHERE i % 1000 = 1",
        "SELECT i + 1, s FROM big WHERE i BETWEEN 700000 AND 700010",
        "SELECT g, count(*), sum(i) FROM big GROUP BY g ORDER BY g",
        "SELECT count(DISTINCT s) FROM big",
        "WITH x AS (SELECT * FROM small) SELECT * FROM x ORDER BY i DESC LIMIT 3",
        "VALUES (1, 'a'), (2, 'b')",
        "PIVOT small ON g USING sum(i)",
        "PIVOT small ON g IN (0, 1) USING count(*)",
        "SUMMARIZE small",
        "SELECT s.i, b.s FROM small s JOIN big b USING (i) ORDER BY ALL",
        "SELECT 1 AS a, 2 AS a",
        "SELECT list(i ORDER BY i)::VARCHAR, {'a': max(i)}::VARCHAR FROM small",
        "(SELECT 1)",
        "SELECT * FROM query('SELECT max(i) FROM small')",
        "/* a */ SELECT 1; -- end"
      })
  void readsGiveTheAnswerOfDuckDB(String sql) throws SQLException {
    try (Connection duckdb = Rows.duckdb(file)) {
      assertThat(Rows.of(client, sql).toString()).isEqualTo(Rows.of(duckdb, sql).toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "SELEC 1                                   ~ SYNTAX_ERROR        ~ syntax error",
        "SELECT 1; SELECT 2                        ~ SYNTAX_ERROR        ~ 2 statements at once",
        "-- nothing                                ~ SYNTAX_ERROR        ~ no statement",
        "SELECT * FROM nowhere                     ~ OBJECT_NOT_FOUND    ~ nowhere does not exist",
        "SELECT nothing FROM small                 ~ OBJECT_NOT_FOUND    ~ \"nothing\"",
        "SELECT nofunction(1)                      ~ OBJECT_NOT_FOUND    ~ nofunction",
        "SELECT 'x'::INTEGER FROM small            ~ INVALID_DATA        ~ Could not convert",
        "SELECT sum(i FROM small                  ~ SYNTAX_ERROR        ~ syntax error",
        "INSERT INTO small VALUES (1, 1)           ~ READ_ONLY_DATABASE  ~ read-only",
        "CREATE TABLE x (i INTEGER)                ~ READ_ONLY_DATABASE  ~ CREATE TEMP TABLE",
        "DROP TABLE small                          ~ READ_ONLY_DATABASE  ~ read-only",
        "WITH x AS (SELECT 1) INSERT INTO small SELECT 1, 1 ~ READ_ONLY_DATABASE ~ read-only",
        "SELECT nextval('q')                       ~ READ_ONLY_DATABASE  ~ read-only",
        "ATTACH ':memory:' AS m                    ~ PERMISSION_DENIED   ~ ATTACH",
        "COPY small TO 'x.csv'                     ~ PERMISSION_DENIED   ~ COPY",
        "INSTALL httpfs                            ~ PERMISSION_DENIED   ~ INSTALL",
        "CHECKPOINT                                ~ PERMISSION_DENIED   ~ CHECKPOINT",
        "PREPARE p AS SELECT 1                     ~ PERMISSION_DENIED   ~ PREPARE",
        "PRAGMA enable_profiling                   ~ PERMISSION_DENIED   ~ enable_profiling",
        "CALL force_checkpoint('db')               ~ PERMISSION_DENIED   ~ force_checkpoint",
        "SELECT * FROM arrow_scan(1, 2, 3)         ~ PERMISSION_DENIED   ~ arrow_scan",
        "FROM \"Arrow_Scan\" /* */ (1, 2, 3)       ~ PERMISSION_DENIED   ~ arrow_scan",
        "FROM query('FROM arrow_scan(1, 2, 3)')    ~ PERMISSION_DENIED   ~ arrow_scan",
        "FROM query('FROM arrow' || '_scan(1)')    ~ PERMISSION_DENIED   ~ query()",
        "SELECT * FROM read_text('/etc/hostname')  ~ PERMISSION_DENIED   ~ --allow-path",
        "SELECT * FROM glob('/etc/*')              ~ PERMISSION_DENIED   ~ --allow-path",
        "SELECT * FROM '/etc/hostname.csv'         ~ PERMISSION_DENIED   ~ disabled",
        "SET timzone = 'UTC'                       ~ NO_SESSION          ~ cookies",
        "EXPLAIN (ANALYZE) SET GLOBAL threads = 1  ~ UNSUPPORTED         ~ only reads are explained",
        "EXPLAIN ANALYZE SET GLOBAL threads = 1    ~ UNSUPPORTED         ~ only reads are explained",
        "EXPLAIN (FORMAT json) COPY small TO 'x'   ~ PERMISSION_DENIED   ~ COPY",
        "EXPLAIN (SQL) CREATE TEMP TABLE x (i INT) ~ UNSUPPORTED         ~ only reads are explained",
        "ALTER DATABASE db SET ALIAS TO x          ~ PERMISSION_DENIED   ~ ALTER DATABASE",
        "DROP SCHEMA main                          ~ PERMISSION_DENIED   ~ DROP SCHEMA",
        "COMMENT ON DATABASE db IS 'x'             ~ PERMISSION_DENIED   ~ COMMENT DATABASE",
        "VACUUM                                    ~ PERMISSION_DENIED   ~ VACUUM",
        "ANALYZE                                   ~ PERMISSION_DENIED   ~ ANALYZE",
        "IMPORT DATABASE 'x'                       ~ PERMISSION_DENIED   ~ IMPORT",
        "FROM create_external_resource('x')        ~ PERMISSION_DENIED   ~ create_external_resource",
        "WITH x AS (INSERT INTO small VALUES (1, 1) RETURNING i) FROM x ~ UNSUPPORTED ~ INSERT inside a query",
        "CALL duckherder_refresh('nope')           ~ OBJECT_NOT_FOUND    ~ the external databases are db",
      })
  void failuresHaveTheirCode(String sql, StandardErrorCode code, String message) throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      assertThatThrownBy(() -> drain(flight, sql))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> {
                DuckherderException error = FlightErrors.fromFlight(e, "driver");
                assertThat(error.text()).contains(message);
                assertThat(error.code()).isEqualTo(code);
              });
      assertThat(drain(flight, "SELECT i FROM small")).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1 -- x\r; SELECT 2",
        "SHOW TABLES -- x\r; SET GLOBAL threads = 1",
        "PIVOT small ON g USING sum(i) -- x\r; SET GLOBAL threads = 1",
        "SELECT arrow_scan\u00A0(1)",
        "FROM arrow_scan\u200B(1, 2, 3)",
        "FROM arrow_scan\u2060(1, 2, 3)",
        "FROM\u3000arrow_scan\uFEFF(1, 2, 3)",
        "FROM arrow_scan -- x\r(1, 2, 3)",
        "FROM query('FROM arrow_scan\u00A0(1, 2, 3)')",
        "PIVOT (FROM arrow_scan\u00A0(1, 2, 3)) ON g USING sum(i)",
        "SELECT 1\0; SELECT 2"
      })
  void whatHidesFromOneReaderIsRefused(String sql) throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      assertThatThrownBy(() -> flight.execute(sql))
          .hasMessageMatching("(?s).*(Cannot call arrow_scan|at once|U\\+0000).*");
    }
  }

  @Test
  void commentsAndSpacesOfAllKindsAreLeftOut() throws SQLException {
    assertThat(Rows.of(client, "PIVOT\u00A0small -- a\r ON g /* b; */ USING sum(i)")).hasSize(1);
  }

  /** The rows of a query. */
  static long drain(FlightSqlClient flight, String sql) throws Exception {
    FlightInfo info = flight.execute(sql);
    long rows = 0;
    try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
      }
    }
    return rows;
  }

  @Test
  void explainTellsHowAScanIsCut() throws SQLException {
    List<List<String>> plan = Rows.of(client, "EXPLAIN SELECT s FROM big WHERE i > 700000");
    assertThat(plan.get(0).get(0)).isEqualTo("cluster_plan");
    assertThat(plan.get(0).get(1))
        .startsWith("1 stage, task after task")
        .contains("Stage 0: scan by rows of big")
        .contains("task 0: rows ")
        .contains("w1 (127.0.0.1:")
        .contains("w2 (127.0.0.1:");
    assertThat(plan.get(1).get(1)).contains("Projection");
  }

  @Test
  void explainTellsWhyAReadRunsWhole() throws SQLException {
    assertThat(Rows.of(client, "EXPLAIN SELECT list(s) FROM big").get(0).get(1))
        .startsWith("Whole on one worker, because ");
    assertThat(Rows.of(client, "EXPLAIN SHOW TABLES").get(0).get(1))
        .startsWith("Whole on the driver, because ");
  }

  @Test
  void explainAnalyzeTellsWhatBecameOfEachTask() throws SQLException {
    List<List<String>> plan = Rows.of(client, "EXPLAIN ANALYZE SELECT s FROM big WHERE g = 1");
    assertThat(plan).hasSize(1);
    assertThat(plan.get(0).get(1))
        .containsPattern("run 1 of task 0 on w[12]: done, \\d+ rows, \\d+ bytes, \\d+ ms")
        .containsPattern("\\d+ of \\d+ row groups scanned");
  }

  @Test
  void explainGivesJsonToo() throws Exception {
    String json =
        Rows.of(client, "EXPLAIN (ANALYZE, FORMAT JSON) SELECT s FROM big WHERE g = 1")
            .get(0)
            .get(1);
    JsonNode plan = new ObjectMapper().readTree(json);
    assertThat(plan.path("distributed").asBoolean()).isTrue();
    JsonNode task = plan.path("stages").path(0).path("tasks").path(0);
    assertThat(task.path("row_groups").asLong()).isPositive();
    assertThat(task.path("runs").path(0).path("outcome").asText()).isEqualTo("done");
  }

  @Test
  void theTimeIsNotFrozenInAPlan() throws SQLException {
    String sql = "SELECT max(now()) AS at FROM big WHERE i > 10";
    assertThat(Rows.of(client, sql)).isNotEqualTo(Rows.of(client, sql));
  }

  @Test
  void aPlanThatIsKnownGivesTheSame() throws SQLException {
    String sql = "SELECT g, count(*), sum(i) FROM big GROUP BY g ORDER BY g";
    List<List<String>> first = Rows.of(client, sql);
    assertThat(first).isNotEmpty();
    assertThat(Rows.of(client, sql)).isEqualTo(first);
  }

  @Test
  void aResultIsReadOnce() throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo info = flight.execute("SELECT i FROM small");
      try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
        while (stream.next()) {}
      }
      assertThatThrownBy(
              () -> {
                try (FlightStream again =
                    flight.getStream(info.getEndpoints().get(0).getTicket())) {
                  again.next();
                }
              })
          .hasMessageContaining("run the query again");
    }
  }

  @Test
  void transactionsOfFlightSqlReadOneSnapshot() throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      FlightSqlClient.Transaction transaction = flight.beginTransaction();
      FlightInfo info = flight.execute("SELECT i FROM small", transaction);
      try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(stream.next()).isTrue();
      }
      flight.commit(transaction);
      assertThatThrownBy(() -> flight.execute("SELECT 1", transaction))
          .hasMessageContaining("transaction is not open");
    }
  }
}

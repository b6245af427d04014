package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.worker.server.WorkerServer;
import io.duckherder.worker.server.WorkerServerConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TestClusterFunctions {
  private static final String STATS = "duckherder_get_query_execution_stats()";

  @TempDir Path directory;
  private ClusterRunner cluster;
  private Connection client;

  @BeforeEach
  void start() throws SQLException {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT range AS i FROM range(1000000)",
            "CREATE TABLE modes AS SELECT 'LOCAL' AS mode, 'on the driver' AS meaning");
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .database("db", file)
            .queries(QueryConfig.DEFAULT.withHistory(5))
            .build();
    client = cluster.connect();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private String one(String sql) throws SQLException {
    return Rows.one(client, sql);
  }

  private String all(String sql) throws SQLException {
    return Rows.of(client, sql).toString();
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void theColumnsAreThoseThatAreDocumented() throws SQLException {
    try (Statement statement = client.createStatement();
        ResultSet result = statement.executeQuery("FROM " + STATS)) {
      StringBuilder columns = new StringBuilder();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        columns
            .append(result.getMetaData().getColumnName(i))
            .append(' ')
            .append(result.getMetaData().getColumnTypeName(i))
            .append('\n');
      }
      assertThat(columns.toString())
          .startsWith(
              """
              sql VARCHAR
              execution_mode VARCHAR
              merge_strategy VARCHAR
              query_duration_ms BIGINT
              num_workers_used BIGINT
              num_tasks_generated BIGINT
              execution_start_time TIMESTAMP
              rows BIGINT
              bytes BIGINT
              retries BIGINT
              """);
    }
  }

  @Test
  void eachModeIsTold() throws SQLException {
    assertThat(one("SELECT duckherder_clear_query_recorder_stats()")).isEqualTo("true");
    one("SELECT 42");
    run("SET duckherder_execution = 'single'");
    one("SELECT count(*) FROM t");
    run("SET duckherder_execution = 'distributed'");
    assertThat(Rows.of(client, "SELECT i FROM t WHERE i % 100000 = 0")).hasSize(10);
    assertThat(
            all(
                "SELECT sql, execution_mode, merge_strategy, least(num_tasks_generated, 2), rows, error,"
                    + " bytes > 0, query_duration_ms >= 0, queue_ms, retries,"
                    + " now()::TIMESTAMP - execution_start_time < INTERVAL 1 HOUR FROM "
                    + STATS
                    + " ORDER BY execution_start_time"))
        .isEqualTo(
            "[[SELECT 42, LOCAL, NONE, 0, 1, null, true, true, 0, 0, true],"
                + " [SELECT count(*) FROM t, DELEGATED, NONE, 1, 1, null, true, true, 0, 0, true],"
                + " [SELECT i FROM t WHERE i % 100000 = 0, ROW_GROUP_PARTITION, CONCATENATION, 2,"
                + " 10, null, true, true, 0, 0, true]]");
  }

  /** A client that draws a bar asks for these while the query runs. */
  @Test
  void theHistoryTellsTasksAndHowManyAreDone() throws SQLException {
    run("SET duckherder_execution = 'distributed'");
    assertThat(Rows.of(client, "SELECT i FROM t WHERE i % 100000 = 1")).hasSize(10);
    assertThat(
            all(
                "SELECT tasks > 1, tasks = tasks_done FROM duckherder_get_query_history() WHERE sql ="
                    + " 'SELECT i FROM t WHERE i % 100000 = 1'"))
        .isEqualTo("[[true, true]]");
  }

  @Test
  void theFunctionsAreRelationsLikeAnyOther() throws SQLException {
    run("CALL duckherder_clear_query_recorder_stats()");
    one("SELECT 1");
    one("SELECT 2");
    assertThat(all("SELECT execution_mode, count(*) FROM " + STATS + " GROUP BY ALL"))
        .isEqualTo("[[LOCAL, 2]]");
    assertThat(
            all(
                "SELECT s.sql, m.meaning, x.n FROM "
                    + STATS
                    + " AS s JOIN modes m ON m.mode = s.execution_mode,"
                    + " (SELECT count(*) AS n FROM Duckherder_Workers()) x WHERE s.sql LIKE '%2'"))
        .isEqualTo("[[SELECT 2, on the driver, 2]]");
    assertThat(all("WITH w AS (FROM duckherder_workers()) SELECT id, threads FROM w ORDER BY id"))
        .isEqualTo("[[w1, 1], [w2, 1]]");
    assertThat(Rows.of(client, "CALL duckherder_workers()")).hasSize(2);
    assertThat(Rows.of(client, "CALL " + STATS)).hasSize(2);
    assertThat(Rows.of(client, "SUMMARIZE FROM duckherder_workers()")).hasSize(7);
    assertThat(all("EXPLAIN SELECT id FROM duckherder_workers()")).contains("physical_plan");
    try (PreparedStatement statement =
        client.prepareStatement("SELECT count(*) FROM " + STATS + " WHERE sql = ?")) {
      for (String sql : new String[] {"SELECT 1", "SELECT 2"}) {
        statement.setString(1, sql);
        assertThat(Rows.of(statement.executeQuery()).toString()).isEqualTo("[[1]]");
      }
    }
  }

  @Test
  void theCountOfWorkersIsAnExpression() throws Exception {
    assertThat(one("SELECT duckherder_get_worker_count()")).isEqualTo("2");
    assertThat(one("SELECT 10 * duckherder_get_worker_count() + count(*) FROM modes"))
        .isEqualTo("21");
    try (Statement statement = client.createStatement();
        ResultSet result = statement.executeQuery("SELECT duckherder_get_worker_count()")) {
      assertThat(result.getMetaData().getColumnName(1)).isEqualTo("duckherder_get_worker_count()");
      assertThat(result.getMetaData().getColumnTypeName(1)).isEqualTo("BIGINT");
    }
    try (FlightSqlClient bare = cluster.client()) {
      assertThat(bare.execute("SELECT duckherder_get_worker_count()").getSchema().getFields())
          .hasSize(1);
    }
  }

  @Test
  void theyWorkBesideTemporaryObjects() throws SQLException {
    run("CREATE TEMP TABLE mine AS SELECT 'w2' AS id");
    assertThat(all("SELECT w.id FROM duckherder_workers() w JOIN mine USING (id)"))
        .isEqualTo("[[w2]]");
    assertThat(one("SELECT duckherder_get_worker_count() + count(*) FROM mine")).isEqualTo("3");
    assertThat(all("SELECT table_name FROM duckdb_tables() WHERE database_name = 'temp'"))
        .isEqualTo("[[mine]]");
    assertThat(
            one("SELECT count(*) FROM duckdb_functions() WHERE function_name LIKE 'duckherder_%'"))
        .isEqualTo("0");
  }

  @Test
  void whatFailedIsInTheHistory() throws SQLException {
    run("CALL duckherder_clear_query_recorder_stats()");
    assertThatThrownBy(() -> one("SELECT nothing FROM t")).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> one("SELECT error('no ' || i) FROM t"))
        .isInstanceOf(SQLException.class);
    assertThat(
            Rows.of(
                client,
                "SELECT sql, state, error FROM duckherder_get_query_history() ORDER BY start_time"))
        .anySatisfy(
            row ->
                assertThat(row.toString())
                    .contains("error('no ' || i)", "failed", "INVALID_QUERY: ", "no "));
    assertThat(one("SELECT count(*) FROM " + STATS + " WHERE error LIKE '%Error: no %'"))
        .isEqualTo("1");
  }

  @Test
  void onlySoManyAreRemembered() throws SQLException {
    run("CALL duckherder_clear_query_recorder_stats()");
    for (int i = 0; i < 9; i++) {
      one("SELECT " + i);
    }
    assertThat(all("SELECT sql FROM " + STATS + " ORDER BY execution_start_time"))
        .isEqualTo("[[SELECT 4], [SELECT 5], [SELECT 6], [SELECT 7], [SELECT 8]]");
    one("SELECT length('" + "x".repeat(100_000) + "') AS n");
    assertThat(one("SELECT max(length(sql)) FROM " + STATS)).isEqualTo("65536");
  }

  @Test
  void valuesOfParametersAreNotKept() throws SQLException {
    try (PreparedStatement statement = client.prepareStatement("SELECT ? AS secret")) {
      statement.setString(1, "my password");
      assertThat(Rows.of(statement.executeQuery()).toString()).isEqualTo("[[my password]]");
    }
    assertThat(all("FROM duckherder_get_query_history()"))
        .contains("SELECT ? AS secret")
        .doesNotContain("my password");
  }

  @Test
  void theUserIsTheNameThatTheClientGave() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "ann");
    properties.setProperty("password", "x");
    try (Connection ann = cluster.connect(properties)) {
      assertThat(Rows.one(ann, "SELECT 'by ann'")).isEqualTo("by ann");
    }
    assertThat(one("SELECT \"user\" FROM " + STATS + " WHERE sql = 'SELECT ''by ann'''"))
        .isEqualTo("ann");
  }

  @Test
  void aWorkerThatListensIsTakenIn() throws Exception {
    try (WorkerServer third =
        WorkerServer.start(
            new WorkerServerConfig(
                "w3",
                "127.0.0.1",
                0,
                ClusterRunner.secret(),
                ClusterRunner.engine(directory.resolve("w3"))))) {
      String location = "grpc://127.0.0.1:" + third.port();
      assertThat(one("SELECT duckherder_register_worker('w3', '" + location + "')"))
          .isEqualTo("true");
      assertThat(one("SELECT duckherder_get_worker_count()")).isEqualTo("3");
      assertThatThrownBy(() -> one("SELECT duckherder_register_worker('w4', '" + location + "')"))
          .hasMessageContaining("reaches worker \"w3\"");
    }
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertThatThrownBy(() -> one("CALL duckherder_register_worker('w5', '127.0.0.1:" + free + "')"))
        .hasMessageContaining("cannot reach a worker at 127.0.0.1:" + free);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT CASE WHEN false THEN duckherder_cancel('x') END",
        "SELECT duckherder_cancel(id) FROM duckherder_get_query_history()",
        "SELECT duckherder_clear_query_recorder_stats() WHERE false",
        "SELECT duckherder_clear_query_recorder_stats() LIMIT 0",
        "SELECT 1 WHERE duckherder_clear_query_recorder_stats()",
        "SUMMARIZE SELECT duckherder_clear_query_recorder_stats()"
      })
  void whatActsOnTheClusterStandsAlone(String sql) throws SQLException {
    one("SELECT 'kept'");
    assertThatThrownBy(() -> run(sql)).hasMessageContaining("run it alone");
    assertThat(one("SELECT count(*) FROM " + STATS + " WHERE sql LIKE '%kept%'")).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT duckherder_cancel(1 + 1) | must be a string",
        "SELECT duckherder_cancel() | cancel",
        "SELECT duckherder_get_wrker_count() | duckherder_get_wrker_count",
        "CALL duckherder_nothing() | Cannot CALL \"duckherder_nothing\"",
        "SELECT duckherder_register_worker('', 'x:1') | without an id",
        "SELECT duckherder_register_worker('w', 'nowhere') | expected host:port",
      })
  void whatCannotBeCalledSaysWhy(String sql, String message) {
    assertThatThrownBy(() -> run(sql))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theFilesOfTheDatabasesSeeNothingOfIt() throws SQLException {
    assertThat(one("SELECT count(*) FROM duckherder_workers()")).isEqualTo("2");
    assertThatThrownBy(() -> run("CREATE MACRO duckherder_workers() AS TABLE SELECT 1"))
        .hasMessageContaining("read-only");
  }
}

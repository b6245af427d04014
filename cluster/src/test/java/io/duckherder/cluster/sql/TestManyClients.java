package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestManyClients {
  private static final int CLIENTS = 32;
  private static final int ROUNDS = 3;

  private static final List<String> QUERIES =
      List.of(
          "SELECT 42",
          "SELECT s FROM t WHERE i = 77",
          "SELECT count(*), sum(i) FROM t",
          "SELECT i % 7 AS k, count(*), max(s) FROM t GROUP BY k ORDER BY k",
          "SELECT i, s FROM t WHERE i % 10000 = 3 ORDER BY i",
          "SELECT i FROM t ORDER BY i DESC LIMIT 5",
          "SELECT d.name, count(*) FROM t JOIN d ON d.k = t.i % 3 GROUP BY ALL ORDER BY ALL",
          "SELECT count(DISTINCT i % 1000) FROM t WHERE i > 1000");

  @TempDir Path directory;

  @Test
  void eachOfManyClientsGetsItsAnswers() throws Exception {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT range AS i, 'text ' || range AS s FROM range(200000)",
            "CREATE TABLE d AS FROM (VALUES (0, 'zero'), (1, 'one'), (2, 'two')) v(k, name)");
    Map<String, List<List<String>>> expected = new LinkedHashMap<>();
    try (Connection duckdb = Rows.duckdb(file)) {
      for (String sql : QUERIES) {
        expected.put(sql, Rows.of(duckdb, sql));
      }
    }
    ExecutorService executor = Executors.newFixedThreadPool(CLIENTS);
    try (ClusterRunner cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .database("db", file)
            .queries(QueryConfig.DEFAULT.withMaxQueries(4))
            .build()) {
      List<Future<Integer>> finished = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        finished.add(
            executor.submit(
                () ->
                    client % 4 == 0 ? bare(cluster, client) : session(cluster, client, expected)));
      }
      for (Future<Integer> count : finished) {
        assertThat(count.get()).isEqualTo(ROUNDS * QUERIES.size());
      }
      try (Connection client = cluster.connect()) {
        assertThat(
                Rows.of(
                        client,
                        "SELECT count(*), count(error) FROM duckherder_get_query_execution_stats()")
                    .toString())
            .isEqualTo("[[%d, 0]]".formatted(CLIENTS * ROUNDS * QUERIES.size()));
      }
      assertThat(cluster.driver().status().queries()).isEmpty();
    } finally {
      executor.shutdownNow();
    }
  }

  /** JDBC with a session, half of it by prepared statements, each client in a mode of its own. */
  private static int session(
      ClusterRunner cluster, int client, Map<String, List<List<String>>> expected)
      throws SQLException {
    int count = 0;
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      String mode = List.of("auto", "distributed", "single").get(client % 3);
      statement.executeUpdate("SET duckherder_execution = '" + mode + "'");
      if (client % 5 == 0) {
        statement.executeUpdate("SET duckherder_result_cache = true");
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < QUERIES.size(); i++) {
          String sql = QUERIES.get((i + client) % QUERIES.size());
          assertThat(rows(connection, sql, i % 2 == 0))
              .as("%s in mode %s", sql, mode)
              .isEqualTo(expected.get(sql));
          count++;
        }
      }
    }
    return count;
  }

  private static List<List<String>> rows(Connection connection, String sql, boolean prepare)
      throws SQLException {
    if (!prepare) {
      return Rows.of(connection, sql);
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return Rows.of(statement.executeQuery());
    }
  }

  /** Flight SQL without a session. */
  private static int bare(ClusterRunner cluster, int client) throws Exception {
    int count = 0;
    try (FlightSqlClient flight = cluster.client()) {
      for (int i = 0; i < ROUNDS * QUERIES.size(); i++) {
        long from = 1000L * (client + i);
        FlightInfo info =
            flight.execute("SELECT i FROM t WHERE i >= %d AND i < %d + 10".formatted(from, from));
        long rows = 0;
        long sum = 0;
        try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
          while (stream.next()) {
            VectorSchemaRoot root = stream.getRoot();
            for (int row = 0; row < root.getRowCount(); row++) {
              sum += (Long) root.getVector(0).getObject(row);
              rows++;
            }
          }
        }
        assertThat(rows).isEqualTo(10);
        assertThat(sum).isEqualTo(10 * from + 45);
        count++;
      }
    }
    return count;
  }
}

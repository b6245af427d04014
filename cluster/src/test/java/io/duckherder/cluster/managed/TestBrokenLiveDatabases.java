package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A statement that shuts down the DuckDB that writes: it is started again, with every commit. */
@Timeout(120)
final class TestBrokenLiveDatabases {
  /** Makes offsets that no time zone has, which DuckDB cannot print. */
  private static final String BREAKS =
      "CREATE TABLE broken AS SELECT approx_quantile((TIME '00:00:00' + to_seconds(i))::TIMETZ,"
          + " [0.1, 0.5, 0.9])::VARCHAR AS q FROM range(80000) r(i)";

  @TempDir Path directory;
  private ClusterRunner cluster;

  @BeforeEach
  void start() {
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .workers(1)
            .managed(
                ManagedConfig.of(
                    Map.of("sales", directory.resolve("sales.duckdb")),
                    directory.resolve("replicas")))
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static void run(Connection client, String... statements) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void writesGoOnAndTransactionsAreTold() throws Exception {
    try (Connection client = cluster.connect();
        Connection other = cluster.connect();
        Connection third = cluster.connect()) {
      run(
          client,
          "CREATE TABLE t AS SELECT range AS i FROM range(1000)",
          "DELETE FROM t WHERE i = 0");
      run(other, "BEGIN", "INSERT INTO t VALUES (-1)");
      run(third, "CREATE TEMP TABLE mine AS FROM t");
      assertThatThrownBy(() -> run(client, BREAKS)).hasMessageContaining("FormatTwoDigits");
      run(client, "INSERT INTO t VALUES (5000)");
      assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("1000");
      assertThatThrownBy(() -> run(other, "INSERT INTO t VALUES (-2)"))
          .hasMessageContaining("broke DuckDB");
      assertThatThrownBy(() -> run(other, "COMMIT")).hasMessageContaining("broke DuckDB");
      run(other, "INSERT INTO t VALUES (6000)");
      assertThatThrownBy(() -> run(third, "INSERT INTO mine VALUES (1)"))
          .hasMessageContaining("mine");
      run(third, "BEGIN", "INSERT INTO t VALUES (7000)", "COMMIT", "CHECKPOINT");
      assertThat(Rows.one(other, "SELECT max(i) || ' ' || count(*) FROM t")).isEqualTo("7000 1002");
    }
    cluster.close();
    start();
    try (Connection client = cluster.connect()) {
      assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("1002");
    }
  }
}

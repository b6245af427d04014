package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that shut the DuckDB down that runs them: others are served all the same. */
final class TestBrokenDuckDB {
  /** Makes offsets that no time zone has, which DuckDB cannot print. */
  private static final String BREAKS =
      "SELECT approx_quantile((TIME '00:00:00' + to_seconds(i))::TIMETZ, [0.1, 0.5, 0.9])::VARCHAR"
          + " FROM ";

  private static final String GROUPS = "SELECT i % 7 AS g, count(*) FROM t GROUP BY g ORDER BY g";

  @TempDir Path directory;
  private ClusterRunner cluster;

  @BeforeEach
  void start() throws SQLException {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT range AS i FROM range(80000)");
    cluster = ClusterRunner.builder(directory.resolve("spill")).database("db", file).build();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static void execute(Connection client, String sql) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void assertBreaks(Connection client, String from) {
    assertThatThrownBy(() -> Rows.of(client, BREAKS + from))
        .hasMessageContaining("FormatTwoDigits")
        .hasStackTraceContaining("INTERNAL: ");
  }

  @Test
  void workersAndTheDriverGoOn() throws Exception {
    for (String execution : new String[] {"distributed", "single", "auto"}) {
      try (Connection client = cluster.connect();
          Connection other = cluster.connect()) {
        execute(client, "SET duckherder_execution = '" + execution + "'");
        execute(other, "SET duckherder_execution = '" + execution + "'");
        for (String from : new String[] {"t", "range(80000) r(i)"}) {
          assertBreaks(client, from);
          assertThat(Rows.one(client, "SELECT 1")).isEqualTo("1");
          assertThat(Rows.of(other, GROUPS)).hasSize(7);
          assertThat(Rows.of(client, GROUPS)).hasSize(7);
        }
      }
    }
  }

  @Test
  void aSessionGoesOnWithoutItsTemporaryObjects() throws Exception {
    try (Connection client = cluster.connect();
        Connection other = cluster.connect()) {
      execute(client, "CREATE TEMP TABLE mine AS FROM t");
      execute(other, "CREATE TEMP TABLE others AS FROM t");
      assertBreaks(client, "mine");
      for (Connection each : new Connection[] {client, other}) {
        assertThat(Rows.of(each, GROUPS)).hasSize(7);
      }
      assertThatThrownBy(() -> Rows.of(client, "FROM mine")).hasMessageContaining("mine");
      execute(other, "CREATE TEMP TABLE others AS FROM t");
      assertThat(Rows.one(other, "SELECT count(*) FROM others")).isEqualTo("80000");
    }
  }
}

package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Which snapshots reads make, and what they see. */
@Timeout(120)
final class TestReadChoice {
  @TempDir Path directory;
  private ClusterRunner cluster;
  private Connection client;

  @BeforeEach
  void start() throws SQLException {
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .managed(
                ManagedConfig.of(
                    Map.of("sales", directory.resolve("sales.duckdb")),
                    directory.resolve("replicas")))
            .build();
    client = cluster.connect();
    run("CREATE TABLE still AS SELECT range AS i FROM range(10)");
    run("CREATE TABLE busy (i INTEGER)", "CREATE VIEW seen AS SELECT i FROM busy");
    run("CALL duckherder_seal()", "SET duckherder_execution = 'distributed'");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private int snapshots() throws SQLException {
    return Integer.parseInt(Rows.one(client, "SELECT count(*) FROM duckherder_snapshots()"));
  }

  @Test
  void aTableThatNobodyWroteIsReadFromTheNewestSnapshot() throws SQLException {
    int before = snapshots();
    for (int i = 1; i <= 3; i++) {
      run("INSERT INTO busy VALUES (" + i + ")", "UPDATE busy SET i = i", "BEGIN");
      run("DELETE FROM busy WHERE i < 0", "COMMIT");
      assertThat(Rows.one(client, "WITH s AS (FROM still) SELECT sum(i) FROM s")).isEqualTo("45");
    }
    assertThat(snapshots()).isEqualTo(before);
    assertThat(Rows.one(client, "SELECT count(*) FROM still, busy")).isEqualTo("30");
    assertThat(snapshots()).isGreaterThan(before);
  }

  @Test
  void whatHidesATableIsNoTable() throws SQLException {
    run("INSERT INTO busy VALUES (1)");
    assertThat(Rows.one(client, "SELECT count(*) FROM seen")).isEqualTo("1");
    run("INSERT INTO main.busy VALUES (2)");
    assertThat(Rows.one(client, "SELECT (SELECT count(*) FROM busy) FROM still LIMIT 1"))
        .isEqualTo("2");
    run("INSERT INTO sales.main.\"busy\" VALUES (3)");
    assertThat(Rows.one(client, "SELECT count(*) FROM BUSY")).isEqualTo("3");
    run("DELETE FROM busy", "INSERT INTO still SELECT i + 100 FROM still");
    assertThat(Rows.one(client, "SELECT count(*) FROM still LEFT JOIN busy USING (i)"))
        .isEqualTo("20");
  }

  @Test
  void aDefinitionIsSeenByEveryRead() throws SQLException {
    run("ALTER TABLE still ADD COLUMN j INTEGER DEFAULT 7");
    assertThat(Rows.one(client, "SELECT sum(j) FROM still")).isEqualTo("70");
    run("CREATE OR REPLACE TABLE still AS SELECT 1 AS i");
    assertThat(Rows.one(client, "SELECT count(*) FROM still")).isEqualTo("1");
  }
}

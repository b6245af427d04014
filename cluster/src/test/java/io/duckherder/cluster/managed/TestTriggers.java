package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A statement that names one table, and writes another by a trigger. */
@Timeout(120)
final class TestTriggers {
  private static final String TRIGGER =
      "CREATE TRIGGER tr AFTER INSERT ON u FOR EACH STATEMENT INSERT INTO t VALUES (20)";

  @TempDir Path directory;

  private ClusterRunner cluster() {
    return ClusterRunner.builder(directory.resolve("spill"))
        .managed(
            ManagedConfig.of(
                Map.of("m", directory.resolve("m.duckdb")), directory.resolve("replicas")))
        .build();
  }

  /** In the newest format, which is the one that has triggers. */
  private void file(String... statements) throws SQLException {
    Rows.file(directory.resolve("m.duckdb"), "CREATE TABLE t AS SELECT 10 AS i");
    Rows.file(directory.resolve("m.duckdb"), "CREATE TABLE u (i INTEGER)");
    Rows.file(directory.resolve("m.duckdb"), statements);
  }

  private static void run(Connection client, String... statements) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> rows(Connection client) throws SQLException {
    return Rows.of(client, "SELECT * FROM t").stream().map(row -> row.get(0)).toList();
  }

  @Test
  void aReadSeesWhatATriggerWrote() throws Exception {
    file();
    try (ClusterRunner cluster = cluster();
        Connection client = cluster.connect()) {
      run(client, TRIGGER, "CALL duckherder_seal()", "INSERT INTO u VALUES (100)");
      assertThat(rows(client)).containsExactly("10", "20");
      run(client, "CALL duckherder_seal()", "BEGIN", "INSERT INTO u VALUES (101)", "COMMIT");
      assertThat(rows(client)).containsExactly("10", "20", "20");
      run(client, "DROP TRIGGER tr ON u", "CALL duckherder_seal()", "INSERT INTO u VALUES (102)");
      assertThat(rows(client)).containsExactly("10", "20", "20");
    }
  }

  @Test
  void aReadSeesWhatATriggerOfTheFileWrote() throws Exception {
    file(TRIGGER);
    try (ClusterRunner cluster = cluster();
        Connection client = cluster.connect()) {
      run(client, "INSERT INTO u VALUES (100)");
      assertThat(rows(client)).containsExactly("10", "20");
    }
  }

  @Test
  void aReadSeesWhatATriggerOfARestoredStateWrote() throws Exception {
    file();
    try (ClusterRunner cluster = cluster();
        Connection client = cluster.connect()) {
      run(client, TRIGGER, "CALL duckherder_seal()");
      String number = Rows.one(client, "SELECT max(number) FROM duckherder_snapshots()");
      run(client, "CALL duckherder_name_snapshot(" + number + ", 'with')", "DROP TRIGGER tr ON u");
    }
    try (ClusterRunner cluster = cluster();
        Connection client = cluster.connect()) {
      run(client, "CALL duckherder_restore('with')", "INSERT INTO u VALUES (100)");
      assertThat(rows(client)).containsExactly("10", "20");
    }
  }
}

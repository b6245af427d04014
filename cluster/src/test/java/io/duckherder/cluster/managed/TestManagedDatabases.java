package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Databases that the cluster writes, as clients of it see them. */
@Timeout(120)
final class TestManagedDatabases {
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
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private static void run(Connection client, String... statements) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<List<String>> rows(Connection client, String sql) throws SQLException {
    return Rows.of(client, sql);
  }

  @Test
  void aClientSeesItsOwnCommitsOnWorkersAndOnTheDriver() throws SQLException {
    run(client, "CREATE TABLE t (i INTEGER PRIMARY KEY, s VARCHAR)");
    for (String mode : List.of("auto", "distributed", "single")) {
      run(client, "SET duckherder_execution = '" + mode + "'");
      for (int i = 0; i < 5; i++) {
        run(client, "INSERT INTO t SELECT coalesce(max(i), 0) + 1, '" + mode + "' FROM t");
        String count = Rows.one(client, "SELECT count(*) FROM t");
        assertThat(rows(client, "SELECT max(i), count(*) FROM t"))
            .containsExactly(List.of(count, count));
      }
    }
    assertThat(rows(client, "SELECT s, count(*) FROM t GROUP BY s"))
        .containsExactlyInAnyOrder(
            List.of("auto", "5"), List.of("distributed", "5"), List.of("single", "5"));
  }

  @Test
  void writesGiveRowsWhereTheyAreAskedFor() throws SQLException {
    run(client, "CREATE TABLE t (i INTEGER, h HUGEINT, e ENUM ('a', 'b'))", "CREATE SEQUENCE s");
    assertThat(rows(client, "INSERT INTO t VALUES (1, 170141183460469231731, 'b') RETURNING h, e"))
        .containsExactly(List.of("170141183460469231731", "b"));
    assertThat(rows(client, "UPDATE t SET i = i + 1 RETURNING i")).containsExactly(List.of("2"));
    assertThat(rows(client, "SELECT nextval('s')")).containsExactly(List.of("1"));
    assertThat(rows(client, "SELECT nextval('s')")).containsExactly(List.of("2"));
    assertThat(rows(client, "WITH gone AS (DELETE FROM t RETURNING *) SELECT count(*) FROM gone"))
        .containsExactly(List.of("1"));
    assertThat(rows(client, "SELECT count(*) FROM t")).containsExactly(List.of("0"));
  }

  @Test
  void transactionsAreIsolatedAndRollBack() throws SQLException {
    run(client, "CREATE TABLE t (i INTEGER)", "INSERT INTO t VALUES (1)");
    try (Connection other = cluster.connect()) {
      run(client, "BEGIN", "INSERT INTO t VALUES (2)");
      assertThat(Rows.one(client, "SELECT sum(i) FROM t")).isEqualTo("3");
      assertThat(Rows.one(other, "SELECT sum(i) FROM t")).isEqualTo("1");
      run(client, "COMMIT");
      assertThat(Rows.one(other, "SELECT sum(i) FROM t")).isEqualTo("3");
      run(client, "BEGIN", "DELETE FROM t");
      assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("0");
      run(client, "ROLLBACK");
      assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("2");
      assertThat(cluster.driver().status().transactions()).isEmpty();
    }
  }

  @Test
  void conflictsAreRetryable() throws SQLException {
    run(client, "CREATE TABLE t (i INTEGER)", "INSERT INTO t VALUES (1)");
    try (Connection other = cluster.connect()) {
      run(client, "BEGIN", "UPDATE t SET i = 2");
      run(other, "BEGIN");
      assertThatThrownBy(() -> run(other, "UPDATE t SET i = 3"))
          .hasMessageContaining("Conflict on update");
      run(other, "ROLLBACK");
      run(client, "COMMIT");
      run(other, "UPDATE t SET i = 3");
      assertThat(Rows.one(client, "SELECT i FROM t")).isEqualTo("3");
    }
  }

  @Test
  void temporaryTablesMeetTheLiveOnes() throws SQLException {
    run(client, "CREATE TABLE t AS SELECT range AS i FROM range(10)");
    run(client, "CREATE TEMP TABLE mine AS SELECT i FROM t WHERE i < 3");
    run(client, "INSERT INTO t SELECT i + 100 FROM mine", "INSERT INTO mine VALUES (100)");
    assertThat(rows(client, "SELECT count(*) FROM t JOIN mine USING (i)"))
        .containsExactly(List.of("4"));
    run(client, "DROP TABLE mine");
    assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("13");
  }

  @Test
  void commitsOutliveTheCluster() throws Exception {
    run(
        client,
        "CREATE TABLE t AS SELECT range AS i FROM range(1000)",
        "CHECKPOINT",
        "DELETE FROM t WHERE i % 2 = 0");
    client.close();
    cluster.close();
    start();
    assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("500");
  }

  @Test
  void whatWouldUndoTheDesignIsRefused() {
    for (String sql :
        List.of(
            "SET checkpoint_threshold = '1KB'",
            "RESET checkpoint_threshold",
            "PRAGMA wal_autocheckpoint = '1KB'",
            "PRAGMA enable_checkpoint_on_shutdown",
            "DETACH sales",
            "ATTACH 'x.duckdb'",
            "FROM force_checkpoint('sales')",
            "CREATE VIEW v AS FROM checkpoint('sales')",
            "CREATE SECRET s (TYPE s3)",
            "IMPORT DATABASE 'x'",
            "LOAD httpfs")) {
      assertThatThrownBy(() -> run(client, sql)).as(sql).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aFileOfAnotherStorageVersionIsTakenAsItIs() throws Exception {
    Path file = Rows.file(directory.resolve("newer.duckdb"), "CREATE TABLE t AS SELECT 1 AS i");
    try (ClusterRunner other =
            ClusterRunner.builder(directory.resolve("other"))
                .managed(
                    ManagedConfig.of(Map.of("newer", file), directory.resolve("other-replicas")))
                .build();
        Connection writer = other.connect()) {
      run(writer, "INSERT INTO t VALUES (2)");
      assertThat(Rows.one(writer, "SELECT sum(i) FROM t")).isEqualTo("3");
    }
  }

  @Test
  void manySnapshotsShareFewReplicas() throws Exception {
    run(client, "CREATE TABLE t (i INTEGER)", "SET duckherder_execution = 'distributed'");
    for (int i = 1; i <= 12; i++) {
      run(client, "INSERT INTO t VALUES (1)");
      assertThat(Rows.one(client, "SELECT sum(i) FROM t")).isEqualTo(String.valueOf(i));
    }
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(file -> file.toString().matches(".*/slot-\\d+\\.duckdb")))
          .hasSizeBetween(1, 6);
    }
  }
}

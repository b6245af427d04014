package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tables as they were, and what is done with snapshots. */
@Timeout(120)
final class TestTimeTravel {
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
    run("CREATE TABLE IF NOT EXISTS t (i INTEGER)");
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

  private String one(String sql) throws SQLException {
    return Rows.one(client, sql);
  }

  private long seal() throws SQLException {
    return Long.parseLong(Rows.of(client, "CALL duckherder_seal()").get(0).get(1));
  }

  @Test
  void tablesAreReadAsTheyWere() throws SQLException {
    run("INSERT INTO t VALUES (1)");
    long first = seal();
    run("INSERT INTO t VALUES (2)", "CHECKPOINT");
    long second = seal();
    run("UPDATE t SET i = i * 10", "CREATE SCHEMA s", "CREATE TABLE s.t AS SELECT 5 AS i");
    assertThat(second).isGreaterThan(first);
    assertThat(one("SELECT sum(i) FROM t AT (VERSION => " + first + ")")).isEqualTo("1");
    assertThat(one("SELECT sum(t.i) FROM sales.t AT (VERSION => " + second + ")")).isEqualTo("3");
    assertThat(one("SELECT sum(i) FROM t")).isEqualTo("30");
    assertThat(
            one(
                "SELECT count(*) FROM t now, t was AT (VERSION => %d) WHERE now.i = was.i * 10"
                    .formatted(second)))
        .isEqualTo("2");
    assertThat(Rows.of(client, "EXPLAIN SELECT * FROM t AT (VERSION => " + first + ")"))
        .isNotEmpty();
    run("BEGIN", "DELETE FROM t");
    assertThat(one("SELECT sum(i) FROM t AT (VERSION => " + first + ")")).isEqualTo("1");
    run("ROLLBACK");
  }

  @Test
  void aTimeFindsTheSnapshotBefore() throws SQLException {
    run("INSERT INTO t VALUES (1)");
    seal();
    String time = one("SELECT max(time) FROM duckherder_snapshots()");
    run("SET TimeZone = 'UTC'", "INSERT INTO t VALUES (2)");
    seal();
    assertThat(one("SELECT sum(i) FROM t AT (TIMESTAMP => TIMESTAMP '" + time + "')"))
        .isEqualTo("1");
    assertThat(one("SELECT sum(i) FROM t AT (TIMESTAMP => now() + INTERVAL 1 DAY)")).isEqualTo("3");
    assertThatThrownBy(() -> one("SELECT i FROM t AT (TIMESTAMP => TIMESTAMP '2001-01-01')"))
        .hasMessageContaining("as old as 2001-01-01");
  }

  @Test
  void namesTellTheSnapshotToo() throws SQLException {
    run("INSERT INTO t VALUES (1)");
    long number = seal();
    run("CALL duckherder_name_snapshot(" + number + ", 'monday')", "DELETE FROM t");
    assertThat(one("SELECT count(*) FROM t AT (VERSION => 'monday')")).isEqualTo("1");
    assertThatThrownBy(() -> one("SELECT i FROM t AT (VERSION => 4711)"))
        .hasMessageContaining("4711");
  }

  @Test
  void snapshotsAreListedAndCollected() throws SQLException {
    for (int i = 0; i < 15; i++) {
      run("INSERT INTO t VALUES (" + i + ")");
      seal();
    }
    run("CALL duckherder_name_snapshot(2, 'kept')");
    assertThat(Integer.parseInt(one("SELECT count(*) FROM duckherder_snapshots()")))
        .isGreaterThanOrEqualTo(15);
    List<List<String>> freed =
        Rows.of(client, "CALL duckherder_gc(keep_count => 3, keep_seconds => 0)");
    assertThat(Integer.parseInt(freed.get(0).get(1))).isPositive();
    assertThat(Rows.of(client, "SELECT number, name FROM duckherder_snapshots() ORDER BY number"))
        .hasSize(4)
        .first()
        .isEqualTo(List.of("2", "kept"));
    assertThat(one("SELECT count(*) FROM t")).isEqualTo("15");
    assertThat(one("SELECT count(*) FROM t AT (VERSION => 'kept')"))
        .isEqualTo(one("SELECT count(*) FROM t AT (VERSION => 2)"));
  }

  @Test
  void whatATransactionReadsIsKeptForIt() throws SQLException {
    run("CREATE TABLE kept AS SELECT 1 AS i");
    try (Connection reader = cluster.connect();
        Statement statement = reader.createStatement()) {
      statement.execute("BEGIN TRANSACTION READ ONLY");
      for (int i = 0; i < 5; i++) {
        run("INSERT INTO kept VALUES (2)");
        seal();
      }
      run("CALL duckherder_gc(keep_count => 1, keep_seconds => 0)");
      assertThat(Rows.one(reader, "SELECT count(*) FROM kept")).isEqualTo("1");
      statement.execute("COMMIT");
      assertThat(Rows.one(reader, "SELECT count(*) FROM kept")).isEqualTo("6");
    }
  }

  @Test
  void aSnapshotIsRestored() throws SQLException {
    run("INSERT INTO t VALUES (1)");
    long number = seal();
    run("DROP TABLE t", "CREATE TABLE other (i INTEGER)");
    run("CALL duckherder_restore(" + number + ")");
    assertThat(one("SELECT count(*) FROM t")).isEqualTo("1");
    run("INSERT INTO t VALUES (2)");
    assertThat(one("SELECT sum(i) FROM t")).isEqualTo("3");
    assertThatThrownBy(() -> one("SELECT * FROM other")).hasMessageContaining("other");
  }

  @Test
  void aSnapshotBecomesADatabaseOfItsOwn() throws Exception {
    run("INSERT INTO t VALUES (1)");
    long number = seal();
    run("INSERT INTO t VALUES (2)");
    run("CALL duckherder_clone('sales', " + number + ", 'trial')");
    run("INSERT INTO trial.t VALUES (100)");
    assertThat(one("SELECT sum(i) FROM trial.t")).isEqualTo("101");
    assertThat(one("SELECT sum(i) FROM t")).isEqualTo("3");
    run("CALL duckherder_clone('sales', " + number + ", 'fixed', writable => false)");
    assertThat(one("SELECT sum(i) FROM fixed.t")).isEqualTo("1");
    assertThatThrownBy(() -> run("INSERT INTO fixed.t VALUES (1)"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void aSnapshotIsRestoredWhileOthersAreCollected() throws Exception {
    long tiny = seal();
    run("CALL duckherder_name_snapshot(" + tiny + ", 'tiny')");
    for (int i = 0; i < 3; i++) {
      run("INSERT INTO t SELECT hash(range + %d) %% 2000000000 FROM range(5000000)".formatted(i));
      seal();
    }
    CompletableFuture<Void> collection =
        CompletableFuture.runAsync(
            () -> {
              try (Connection other = cluster.connect()) {
                Rows.of(other, "CALL duckherder_gc(keep_seconds => 0, keep_count => 1)");
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task, "collection").start());
    Path store = ManagedDatabases.storeOf(directory.resolve("sales.duckdb"));
    while (!collection.isDone() && !isMerging(store)) {
      Thread.onSpinWait();
    }
    run("CALL duckherder_restore('tiny')", "INSERT INTO t VALUES (7)");
    long newest = seal();
    collection.get();
    assertThat(one("SELECT sum(i) FROM t AT (VERSION => " + newest + ")")).isEqualTo("7");
    client.close();
    cluster.close();
    start();
    assertThat(one("SELECT sum(i) FROM t AT (VERSION => " + newest + ")")).isEqualTo("7");
    assertThat(one("SELECT sum(i) FROM t")).isEqualTo("7");
    assertThat(one("SELECT count(*) FROM t AT (VERSION => 'tiny')")).isEqualTo("0");
  }

  @Test
  void aCloneThatFailsLeavesNothing() throws Exception {
    run("INSERT INTO t VALUES (1)");
    long number = seal();
    Path damaged;
    try (Stream<Path> files =
        Files.list(ManagedDatabases.storeOf(directory.resolve("sales.duckdb")))) {
      String layer = "layer-%08d-".formatted(number);
      damaged =
          files.filter(file -> file.getFileName().toString().startsWith(layer)).findAny().get();
    }
    byte[] whole = Files.readAllBytes(damaged);
    byte[] wrong = whole.clone();
    wrong[100] ^= 1;
    Files.write(damaged, wrong);
    String clone = "CALL duckherder_clone('sales', " + number + ", 'trial')";
    assertThatThrownBy(() -> run(clone)).hasMessageContaining("is damaged");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("trial"));
    }
    Files.write(damaged, whole);
    run(clone);
    assertThat(one("SELECT sum(i) FROM trial.t")).isEqualTo("1");
  }

  private static boolean isMerging(Path store) {
    try (Stream<Path> files = Files.list(store)) {
      return files.anyMatch(file -> file.toString().endsWith(".unfinished"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

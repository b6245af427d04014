package io.duckherder.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.WorkerProcess;
import io.duckherder.cluster.managed.ManagedConfig;
import java.io.IOException;
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

/** Snapshots of a managed database on workers that see none of the driver's files. */
@Timeout(180)
final class TestSnapshotsOutOfSight {
  private static final String SUM =
      "SELECT count(*) || ' ' || sum(i) || ' ' || sum(h % 1000) FROM t";

  @TempDir private Path directory;

  private Path replicas;
  private ClusterRunner cluster;
  private Proxy proxy;
  private Connection client;

  @BeforeEach
  void start() throws Exception {
    replicas = directory.resolve("far");
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .managed(
                ManagedConfig.of(
                    Map.of("sales", directory.resolve("sales.duckdb")),
                    directory.resolve("replicas")))
            .workers(0)
            .build();
    proxy = new Proxy(cluster.driver().port());
    client = cluster.connect();
    run(
        "CREATE TABLE t AS SELECT i, hash(i) AS h, hash(i + 1) AS g FROM range(1500000) r(i)",
        "CHECKPOINT",
        "SET duckherder_execution = 'distributed'");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    proxy.close();
    cluster.close();
  }

  @Test
  void everyCommitIsReadAndOnlyWhatChangedIsFetched() throws Exception {
    try (WorkerProcess worker = start("far")) {
      assertThat(answer(SUM)).isEqualTo(alone(SUM));
      long whole = proxy.received();
      assertThat(whole).isGreaterThan(Files.size(directory.resolve("sales.duckdb")) / 2);
      for (int i = 1; i <= 5; i++) {
        run("INSERT INTO t VALUES (%d, %d, 0)".formatted(-i, i));
        proxy.reset();
        assertThat(answer("SELECT min(i) FROM t")).isEqualTo(String.valueOf(-i));
        assertThat(proxy.received()).isLessThan(whole / 10);
      }
      run("UPDATE t SET h = 0 WHERE i < 1000", "CHECKPOINT");
      assertThat(answer(SUM)).isEqualTo(alone(SUM));
      assertThat(driverFilesAt(replicas)).isEmpty();
    }
  }

  @Test
  void lateWorkerCatchesUp() throws Exception {
    try (WorkerProcess first = start("far")) {
      assertThat(answer(SUM)).isEqualTo(alone(SUM));
      run("DELETE FROM t WHERE i % 3 = 0", "CHECKPOINT", "INSERT INTO t VALUES (-1, 2, 3)");
      try (WorkerProcess late =
          WorkerProcess.startApart(
              "late", proxy.port(), directory.resolve("late"), directory.resolve("others"))) {
        first.kill();
        assertThat(answer(SUM)).isEqualTo(alone(SUM));
        late.kill();
      }
    }
  }

  @Test
  void brokenAndDamagedPullGivesTheSameRows() throws Exception {
    try (WorkerProcess worker = start("far")) {
      proxy.breakAfter(Files.size(directory.resolve("sales.duckdb")) / 3);
      proxy.damageNext();
      assertThat(answer(SUM)).isEqualTo(alone(SUM));
    }
  }

  @Test
  void workerThatWasKilledGoesOnWithAnotherSnapshot() throws Exception {
    long size = Files.size(directory.resolve("sales.duckdb"));
    // Several ranges of megabytes are on their way at a time: some have arrived by then.
    proxy.stopAfter(size * 4 / 5);
    try (WorkerProcess worker = start("far")) {
      proxy.awaitStopped();
      worker.kill();
    }
    // Sealed before a worker is there, which would else begin with the older snapshot.
    run("INSERT INTO t VALUES (-1, 1, 1)", "CHECKPOINT", "CALL duckherder_seal()");
    proxy.goOn();
    proxy.reset();
    try (WorkerProcess worker = start("again")) {
      assertThat(answer(SUM)).isEqualTo(alone(SUM));
      assertThat(proxy.received()).isLessThan(size);
    }
  }

  @Test
  void workersOnOneHostShareReplicasAndTheDriversWhereTheySeeThem() throws Exception {
    try (WorkerProcess one = start("one");
        WorkerProcess two = start("two")) {
      for (int i = 0; i < 10; i++) {
        run("INSERT INTO t VALUES (1, 1, 1)");
        assertThat(answer(SUM)).isEqualTo(alone(SUM));
      }
      cluster.startWorker("near");
      assertThat(answer(SUM)).isEqualTo(alone(SUM));
      assertThat(directory.resolve("spill").resolve("replicas-near")).doesNotExist();
    }
  }

  @Test
  void damageWhereSnapshotsAreKeptIsAnError() throws Exception {
    run("CALL duckherder_seal()");
    try (Stream<Path> objects = Files.list(directory.resolve("sales.duckdb.snapshots"))) {
      for (Path object : objects.filter(path -> isLayer(path)).toList()) {
        byte[] bytes = Files.readAllBytes(object);
        for (int at = 0; at < bytes.length; at += 50_000) {
          bytes[at] ^= 1;
        }
        Files.write(object, bytes);
      }
    }
    try (WorkerProcess worker = start("far")) {
      assertThatThrownBy(() -> answer("SELECT sum(g % 7) FROM t"))
          .hasMessageContaining("do not have the digest");
    }
  }

  private static boolean isLayer(Path path) {
    return path.getFileName().toString().startsWith("layer-");
  }

  private WorkerProcess start(String id) throws IOException {
    return WorkerProcess.startApart(id, proxy.port(), directory.resolve(id), replicas);
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private String answer(String query) throws SQLException {
    return Rows.one(client, query);
  }

  /** What the driver finds by itself. */
  private String alone(String query) throws SQLException {
    try (Connection other = cluster.connect();
        Statement statement = other.createStatement()) {
      statement.execute("CREATE TEMP TABLE here AS " + query.replaceFirst("FROM", "AS v FROM"));
      return Rows.one(other, "SELECT v FROM here");
    }
  }

  private static List<Path> driverFilesAt(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(path -> path.toString().contains("sales")).toList();
    }
  }
}

package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whether the newest snapshot holds every commit is told rightly at every instant. */
@Timeout(120)
final class TestFreshness {
  private static final int CHECKPOINTS = 300;

  @TempDir Path directory;

  @Test
  void noInstantOfACheckpointHidesACommit() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    // Odd while there is a commit that no snapshot holds, and -1 at the end.
    AtomicInteger phase = new AtomicInteger();
    try (ManagedDatabases managed =
            ManagedDatabases.open(
                ManagedConfig.of(
                    Map.of("db", directory.resolve("db.duckdb")), directory.resolve("replicas")),
                ClusterRunner.engine(directory.resolve("spill")),
                Map.of(),
                Clock.systemUTC());
        LocalConnection client =
            managed.connect(new Snapshot(Map.copyOf(managed.newest())), SessionSettings.DEFAULT)) {
      Future<Integer> mistakes = threads.submit(() -> countMistakes(managed, phase));
      run(client, managed, "CREATE TABLE t (i INTEGER)");
      for (int i = 0; i < CHECKPOINTS; i++) {
        managed.checkpoint("db");
        managed.seal();
        run(client, managed, "INSERT INTO t VALUES (1)");
        phase.incrementAndGet();
        managed.checkpoint("db");
        phase.incrementAndGet();
      }
      phase.set(-1);
      assertThat(mistakes.get()).isZero();
    } finally {
      phase.set(-1);
      threads.shutdown();
    }
  }

  @Test
  void aCheckpointThatIsRefusedMovesNoRows() {
    ManagedConfig usual =
        ManagedConfig.of(
            Map.of("db", directory.resolve("db.duckdb")), directory.resolve("replicas"));
    try (ManagedDatabases managed =
        ManagedDatabases.open(
            new ManagedConfig(
                usual.databases(),
                usual.storageVersion(),
                usual.sealInterval(),
                usual.walLimit(),
                Duration.ofMillis(200),
                usual.transactionLimit(),
                usual.endOldTransactions(),
                usual.retention(),
                usual.replicas(),
                usual.replicaSpace()),
            ClusterRunner.engine(directory.resolve("spill")),
            Map.of(),
            Clock.systemUTC())) {
      Snapshot snapshot = new Snapshot(Map.copyOf(managed.newest()));
      try (LocalConnection client = managed.connect(snapshot, SessionSettings.DEFAULT);
          LocalConnection other = managed.connect(snapshot, SessionSettings.DEFAULT)) {
        run(client, managed, "CREATE TABLE t AS SELECT 1 AS i");
        run(client, managed, "CREATE TABLE u AS SELECT 1 AS i");
        SealedVersion base = managed.seal().get("db");
        other.begin("BEGIN");
        other.acquire().execute("UPDATE u SET i = 2");
        other.release();
        assertThatThrownBy(() -> managed.checkpoint("db"))
            .hasMessageContaining("transactions were open");
        assertThat(managed.wroteSince("db", base, "t")).isFalse();
        other.commit(managed::commit);
        managed.checkpoint("db");
        assertThat(managed.wroteSince("db", base, "t")).isTrue();
      }
    }
  }

  private static void run(LocalConnection client, ManagedDatabases managed, String sql) {
    client.begin("BEGIN");
    try {
      client.acquire().execute(sql);
    } finally {
      client.release();
    }
    client.commit(managed::commit);
  }

  private static int countMistakes(ManagedDatabases managed, AtomicInteger phase) {
    int mistakes = 0;
    for (int before = phase.get(); before >= 0; before = phase.get()) {
      if (managed.areSealed() && before % 2 == 1 && phase.get() == before) {
        mistakes++;
      }
    }
    return mistakes;
  }
}

package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import java.nio.file.Path;
import java.time.Clock;
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

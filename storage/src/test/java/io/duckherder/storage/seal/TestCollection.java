package io.duckherder.storage.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.FailingStore;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.manifest.ReadLease;
import io.duckherder.storage.retention.Freed;
import io.duckherder.storage.retention.Retention;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestCollection {
  private static final Retention NOTHING = new Retention(Duration.ZERO, 1);

  @TempDir Path folder;

  @Test
  void keptSnapshotsStayWhatTheyAreWhileOthersGo() {
    Random random = new Random(3);
    Map<Long, TreeMap<String, List<String>>> kept = new HashMap<>();
    try (TestingDatabase database =
        new TestingDatabase(folder, "BLOCK_SIZE 16384, ROW_GROUP_SIZE 2048")) {
      RandomWriter writer = new RandomWriter(random);
      for (int round = 0; round < 40; round++) {
        database.run(writer.next());
        if (random.nextInt(2) == 0) {
          database.checkpoint();
        }
        SnapshotSummary sealed = database.seal();
        if (random.nextInt(8) == 0) {
          kept.put(sealed.number(), database.rows());
        }
        if (random.nextInt(6) == 0) {
          kept.keySet().removeIf(number -> random.nextInt(4) == 0);
          database.store.collect(NOTHING, kept.keySet());
          kept.forEach(
              (number, rows) ->
                  assertThat(database.rows(number)).as("snapshot %s", number).isEqualTo(rows));
          assertThat(database.rows(sealed.number())).isEqualTo(database.rows());
        }
      }
      int layers = database.directory.list().size() - 1;
      assertThat(layers).isLessThan(30);
    }
  }

  @Test
  void whatNobodyKeepsVanishesFromTheDisk() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i, md5(range::VARCHAR) FROM range(200000)");
      database.checkpoint();
      long first = database.seal().layerBytes();
      for (int i = 0; i < 4; i++) {
        database.run(
            "CREATE OR REPLACE TABLE t AS SELECT range AS i, md5((range + %d)::VARCHAR) FROM range(200000)"
                .formatted(i));
        database.checkpoint();
        database.seal();
      }
      Freed freed = database.store.collect(NOTHING, Set.of());
      assertThat(freed.snapshots()).isEqualTo(4);
      assertThat(freed.bytes()).isGreaterThan(3 * first);
      assertThat(database.directory.list()).hasSize(2);
      assertThat(database.rows(5)).isEqualTo(database.rows());
    }
  }

  @Test
  void aLeaseHoldsTheSnapshotAndItsBytes() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i FROM range(200000)");
      database.checkpoint();
      database.seal();
      database.run("INSERT INTO t VALUES (1)");
      long leased = database.seal().number();
      TreeMap<String, List<String>> rows = database.rows();
      database.run("DROP TABLE t");
      database.checkpoint();
      database.seal();
      try (ReadLease lease = database.store.lease(leased)) {
        assertThatThrownBy(() -> database.store.drop(Set.of(leased)))
            .hasMessageContaining("somebody reads it");
        assertThat(database.store.collect(NOTHING, Set.of()).snapshots()).isEqualTo(1);
        assertThat(database.store.leases()).containsExactly(Map.entry(leased, 1));
        assertThat(database.rows(lease.content())).isEqualTo(rows);
      }
      assertThat(database.store.collect(NOTHING, Set.of()).snapshots()).isEqualTo(1);
      assertThat(database.store.snapshots()).hasSize(1);
      assertThat(database.directory.list()).hasSize(2);
    }
  }

  @Test
  void aNameKeepsASnapshotAndBelongsToOne() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t (i INTEGER)");
      database.seal();
      database.store.name(1, "empty");
      database.run("INSERT INTO t VALUES (1)");
      database.seal();
      assertThatThrownBy(() -> database.store.name(2, "empty"))
          .hasMessage("Cannot name snapshot 2 \"empty\": snapshot 1 has that name; take another");
      assertThat(database.store.collect(NOTHING, Set.of()).snapshots()).isZero();
      assertThat(database.store.snapshots().get(0).name()).isEqualTo(Optional.of("empty"));
      assertThatThrownBy(() -> database.store.drop(Set.of(2L)))
          .hasMessageContaining("it is the newest");
      database.store.unname(1);
      assertThat(database.store.collect(NOTHING, Set.of()).snapshots()).isEqualTo(1);
      assertThatThrownBy(() -> database.store.content(1)).hasMessageContaining("No snapshot 1");
    }
  }

  @Test
  void theLiveFileIsExchangedWhileLayersAreMerged() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i FROM range(20000)");
      database.checkpoint();
      for (int i = 0; i < 4; i++) {
        database.run("INSERT INTO t SELECT range FROM range(1000)");
        database.checkpoint();
        database.seal();
      }
      database.store.close();
      AtomicReference<Runnable> atMerge = new AtomicReference<>(() -> {});
      FailingStore calling =
          FailingStore.calling(database.directory, () -> atMerge.getAndSet(() -> {}).run());
      try (SnapshotStore store = SnapshotStore.open(calling, database.file)) {
        atMerge.set(
            () -> {
              store.attach(database.file);
              database.run("INSERT INTO t VALUES (-1)");
              assertThat(store.seal(store.cut()).number()).isEqualTo(5);
            });
        assertThat(store.collect(NOTHING, Set.of()).snapshots()).isEqualTo(3);
      }
      try (SnapshotStore store = SnapshotStore.open(database.directory, database.file)) {
        assertThat(store.snapshots()).extracting(SnapshotSummary::number).containsExactly(4L, 5L);
        assertThat(database.rows(store, 5)).isEqualTo(database.rows());
        assertThat(database.directory.list()).hasSize(3);
      }
    }
  }

  @Test
  void whatSomebodyElseWroteIntoTheManifestIsNotOverwritten() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t (i INTEGER)");
      database.seal();
      try (SnapshotStore other = SnapshotStore.open(database.directory, database.file)) {
        other.name(1, "theirs");
      }
      assertThatThrownBy(() -> database.store.name(1, "mine"))
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FILE_CHANGED))
          .hasMessageContaining("somebody else replaced their manifest");
      try (SnapshotStore other = SnapshotStore.open(database.directory, database.file)) {
        assertThat(other.snapshots().get(0).name()).isEqualTo(Optional.of("theirs"));
      }
    }
  }
}

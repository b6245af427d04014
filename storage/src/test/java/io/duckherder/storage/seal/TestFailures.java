package io.duckherder.storage.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.DirectoryStore;
import io.duckherder.storage.FailingStore;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.manifest.Layer;
import io.duckherder.storage.manifest.ManifestFile;
import io.duckherder.storage.manifest.SnapshotReader;
import io.duckherder.storage.retention.Retention;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestFailures {
  @TempDir Path folder;

  @Test
  void aSealThatFailsAtAnyStepLeavesTheSnapshotsBeforeAndNothingElse() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i FROM range(20000)");
      database.checkpoint();
      Map<Long, TreeMap<String, List<String>>> expected = new HashMap<>();
      expected.put(database.seal().number(), database.rows());
      database.store.close();
      int steps = 0;
      boolean failed = true;
      while (failed) {
        database.run("INSERT INTO t SELECT range FROM range(1000)", "CHECKPOINT db");
        FailingStore failing = FailingStore.dying(database.directory, steps);
        try (SnapshotStore store = SnapshotStore.open(failing, database.file)) {
          SnapshotSummary sealed = store.seal(store.cut());
          expected.put(sealed.number(), database.rows());
          failed = false;
        } catch (FailingStore.Crash e) {
          steps++;
        }
        try (SnapshotStore store = SnapshotStore.open(database.directory, database.file)) {
          assertThat(database.directory.list()).hasSize(store.snapshots().size() + 1);
          for (SnapshotSummary snapshot : store.snapshots()) {
            if (expected.containsKey(snapshot.number())) {
              assertThat(database.rows(store, snapshot.number()))
                  .isEqualTo(expected.get(snapshot.number()));
            } else {
              // The manifest was there before the crash: it is as good as any other.
              expected.put(snapshot.number(), database.rows());
              assertThat(database.rows(store, snapshot.number())).isEqualTo(database.rows());
            }
          }
          assertThat(store.snapshots()).hasSize(expected.size());
        }
      }
      assertThat(steps).isGreaterThan(5);
    }
  }

  @Test
  void aStoreGoesOnAfterASealThatFailed() {
    try (TestingDatabase database =
        new TestingDatabase(folder, "BLOCK_SIZE 16384, ROW_GROUP_SIZE 2048")) {
      database.run("CREATE TABLE t AS SELECT range AS i, 0 AS j FROM range(20000)");
      database.store.close();
      FailingStore failing = FailingStore.failingOnce(database.directory);
      try (SnapshotStore store = SnapshotStore.open(failing, database.file)) {
        int failures = 0;
        for (int round = 0; round < 40; round++) {
          database.run("UPDATE t SET j = j + 1 WHERE i %% 37 = %d".formatted(round % 37));
          if (round % 3 != 0) {
            database.run("CHECKPOINT db");
            store.afterCheckpoint();
          }
          if (round % 2 == 0) {
            failing.failAfter(round / 2);
            try {
              store.seal(store.cut());
            } catch (FailingStore.Crash e) {
              failures++;
            }
            failing.failAfter(Integer.MAX_VALUE);
          } else {
            long number = store.seal(store.cut()).number();
            assertThat(database.rows(store, number)).isEqualTo(database.rows());
          }
        }
        assertThat(failures).isGreaterThan(5);
      }
    }
  }

  @Test
  void aSealThatCannotBeNamedLeavesNoObject() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i FROM range(1000)");
      database.store.close();
      FailingStore failing = FailingStore.failingOnce(database.directory);
      try (SnapshotStore store = SnapshotStore.open(failing, database.file)) {
        boolean failed = true;
        for (int step = 0; failed; step++) {
          database.run("INSERT INTO t VALUES (1)");
          failing.failAfter(step);
          failed = fails(() -> store.seal(store.cut()));
          failing.failAfter(Integer.MAX_VALUE);
          assertNamesAll(database);
          store.seal(store.cut());
          assertNamesAll(database);
        }
      }
    }
  }

  @Test
  void aMergeThatCannotBeNamedLeavesNoObject() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i FROM range(1000)");
      for (int i = 0; i < 4; i++) {
        database.run("INSERT INTO t VALUES (1)", "CHECKPOINT db");
        database.seal();
      }
      database.store.close();
      FailingStore failing = FailingStore.failingOnce(database.directory);
      try (SnapshotStore store = SnapshotStore.open(failing, database.file)) {
        for (int step = 0; ManifestFile.read(database.directory).layers().size() > 1; step++) {
          failing.failAfter(step);
          assertThat(fails(() -> store.collect(new Retention(Duration.ZERO, 1), Set.of())))
              .isTrue();
          failing.failAfter(Integer.MAX_VALUE);
          assertThat(database.directory.list()).hasSizeLessThanOrEqualTo(1 + 4 + 1);
        }
        store.collect(new Retention(Duration.ZERO, 1), Set.of());
        database.run("INSERT INTO t VALUES (1)");
        store.seal(store.cut());
        assertNamesAll(database);
      }
    }
  }

  private static boolean fails(Runnable work) {
    try {
      work.run();
      return false;
    } catch (FailingStore.Crash e) {
      return true;
    }
  }

  private static void assertNamesAll(TestingDatabase database) {
    List<String> named =
        new ArrayList<>(
            ManifestFile.read(database.directory).layers().stream().map(Layer::object).toList());
    named.add(ObjectSource.MANIFEST);
    assertThat(database.directory.list()).containsExactlyInAnyOrderElementsOf(named);
  }

  @Test
  void aFullDiskIsToldAsSuch() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    try (FileChannel file = FileChannel.open(full, StandardOpenOption.WRITE)) {
      assertFails(
          () -> SnapshotFiles.writeAt(file, ByteBuffer.allocate(10), 0),
          StandardErrorCode.OUT_OF_DISK,
          "the disk is full");
    }
  }

  @Test
  void aCollectionThatFailsAtAnyStepLosesNothing() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i FROM range(20000)");
      database.checkpoint();
      database.seal();
      database.store.close();
      boolean failed = true;
      for (int step = 0; failed; step++) {
        TreeMap<String, List<String>> named;
        SnapshotSummary name;
        try (SnapshotStore store = SnapshotStore.open(database.directory, database.file)) {
          for (int i = 0; i < 4; i++) {
            database.run("INSERT INTO t SELECT range FROM range(1000)", "CHECKPOINT db");
            store.afterCheckpoint();
            store.seal(store.cut());
          }
          name = store.newest().orElseThrow();
          named = database.rows();
          store.name(name.number(), "name" + step);
          database.run("INSERT INTO t VALUES (1)");
          store.seal(store.cut());
        }
        try (SnapshotStore store =
            SnapshotStore.open(FailingStore.dying(database.directory, step), database.file)) {
          store.collect(new Retention(Duration.ZERO, 1), Set.of());
          failed = false;
        } catch (FailingStore.Crash e) {
          failed = true;
        }
        try (SnapshotStore store = SnapshotStore.open(database.directory, database.file)) {
          assertThat(database.rows(store, name.number())).isEqualTo(named);
          assertThat(database.rows(store, store.newest().orElseThrow().number()))
              .isEqualTo(database.rows());
        }
      }
    }
  }

  @Test
  void aDamagedByteIsNoticedAndNamed() throws IOException {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i FROM range(100000)");
      database.checkpoint();
      SnapshotContent content = database.store.content(database.seal().number());
      SnapshotContent.Piece piece = content.blocks().get(0);
      Path object = folder.resolve("store").resolve(piece.object());
      try (FileChannel file = FileChannel.open(object, StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), piece.offset() + 1000);
      }
      assertFails(
          () -> SnapshotFiles.write(content, database.directory, folder.resolve("copy.duckdb")),
          StandardErrorCode.SNAPSHOT_STORE_BROKEN,
          piece.object(),
          "the " + piece.length() + " bytes from " + piece.offset() + " on");
    }
  }

  @Test
  void aNewerManifestIsRefused() throws IOException {
    Path store = Files.createDirectories(folder.resolve("store"));
    Files.writeString(store.resolve(ObjectSource.MANIFEST), "{\"formatVersion\": 7, \"x\": []}");
    try (DirectoryStore directory = DirectoryStore.open(store)) {
      assertFails(
          () -> new SnapshotReader(directory).snapshots(),
          StandardErrorCode.SNAPSHOT_STORE_TOO_NEW,
          "format 7");
      Files.writeString(store.resolve(ObjectSource.MANIFEST), "{\"formatVersion\": 1, ");
      assertFails(
          () -> new SnapshotReader(directory).snapshots(),
          StandardErrorCode.SNAPSHOT_STORE_BROKEN,
          "Cannot read the manifest");
    }
  }

  @Test
  void aSecondWriterIsRefused() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      assertFails(
          () -> DirectoryStore.open(folder.resolve("store")),
          StandardErrorCode.FILE_IN_USE,
          "another driver has it open");
    }
  }

  @Test
  void anotherDatabaseIsNotSealedIntoTheStore() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.seal();
      Path other = folder.resolve("other.duckdb");
      database.run("ATTACH '%s' AS other".formatted(other));
      try (SnapshotStore store = SnapshotStore.open(database.directory, other)) {
        assertFails(
            () -> store.seal(store.cut()),
            StandardErrorCode.FILE_CHANGED,
            "it is not the database whose snapshots are in this store");
      }
    }
  }

  private static void assertFails(ThrowingCallable call, StandardErrorCode code, String... texts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DuckherderException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(texts);
  }
}

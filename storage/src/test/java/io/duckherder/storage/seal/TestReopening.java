package io.duckherder.storage.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.storage.DirectorySource;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.manifest.SnapshotReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestReopening {
  @TempDir Path folder;

  @Test
  void aFileThatIsStillAtTheSealedCheckpointIsNotReadAgain() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i, md5(range::VARCHAR) FROM range(300000)");
      database.checkpoint();
      database.run("INSERT INTO t VALUES (1, 'one')");
      database.seal();
    }
    try (TestingDatabase database = new TestingDatabase(folder)) {
      assertThat(database.seal().number()).isEqualTo(1);
      database.run("INSERT INTO t VALUES (2, 'two')");
      SnapshotSummary second = database.seal();
      assertThat(second.layerBytes()).isLessThan(20_000);
      assertThat(database.rows(second.number())).isEqualTo(database.rows());
    }
  }

  @Test
  void aFileThatWasCheckpointedInBetweenIsComparedBlockByBlock() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i, md5(range::VARCHAR) FROM range(300000)");
      database.checkpoint();
      database.seal();
      database.run("INSERT INTO t VALUES (1, 'one')", "CHECKPOINT db");
    }
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("DELETE FROM t WHERE i = 5", "CHECKPOINT db");
      SnapshotSummary second = database.seal();
      assertThat(second.layerBytes()).isLessThan(second.fileBytes() / 2);
      assertThat(database.rows(second.number())).isEqualTo(database.rows());
    }
  }

  @Test
  void aFileThatWasRestoredFromASnapshotIsSealedAsItIs() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i FROM range(300000)");
      database.checkpoint();
      database.run("INSERT INTO t VALUES (1)");
      database.seal();
      database.run("DROP TABLE t");
      database.checkpoint();
      database.seal();
    }
    Path live = folder.resolve("live.duckdb");
    TestingDatabase.delete(live);
    TestingDatabase.delete(SnapshotFiles.walOf(live));
    DirectorySource source = new DirectorySource(folder.resolve("store"));
    SnapshotFiles.write(new SnapshotReader(source).content(1), source, live);
    try (TestingDatabase database = new TestingDatabase(folder)) {
      SnapshotSummary restored = database.seal();
      assertThat(restored.number()).isEqualTo(3);
      assertThat(database.rows(3)).isEqualTo(database.rows()).isEqualTo(database.rows(1));
    }
  }

  @Test
  void checkpointsThatWereNotToldAreNoticed() {
    try (TestingDatabase database =
        new TestingDatabase(folder, "BLOCK_SIZE 16384, ROW_GROUP_SIZE 2048")) {
      for (int i = 0; i < 6; i++) {
        database.run(
            "CREATE OR REPLACE TABLE t AS SELECT range * %d AS i FROM range(20000)".formatted(i));
        for (int checkpoints = 0; checkpoints < i; checkpoints++) {
          database.run("UPDATE t SET i = i + 1", "CHECKPOINT db");
        }
        long number = database.seal().number();
        TestRandomWrites.assertSameBlocks(database, number, "seal " + i);
        assertThat(database.rows(number)).isEqualTo(database.rows());
      }
    }
  }

  @Test
  void snapshotsOfAManifestWithoutIdsHaveTheSameOnesAlways() throws IOException {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t (i INTEGER)");
      database.seal();
    }
    Path manifest = folder.resolve("store").resolve(ObjectSource.MANIFEST);
    String text = Files.readString(manifest);
    assertThat(text).contains("\"id\" : ");
    Files.writeString(manifest, text.replaceAll("(?m)^.*\"id\" : .*\n", ""));
    DirectorySource source = new DirectorySource(folder.resolve("store"));
    String id = new SnapshotReader(source).snapshots().get(0).id();
    assertThat(id).hasSize(32);
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.store.name(1, "old");
      assertThat(new SnapshotReader(source).snapshots().get(0).id()).isEqualTo(id);
      assertThat(database.store.content(1).id()).isEqualTo(id);
      database.run("INSERT INTO t VALUES (1)");
      assertThat(database.seal().id()).isNotEqualTo(id);
    }
  }
}

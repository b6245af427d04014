package io.duckherder.storage.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.storage.Digest;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.file.FileHeaders;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many writes of every kind in any order; {@code -Dduckherder.seals=N} for more of them. */
final class TestRandomWrites {
  private static final int SEALS = Integer.getInteger("duckherder.seals", 60);

  @TempDir Path folder;

  @Test
  void everySnapshotIsTheDatabaseOfItsCut() {
    for (long seed = 1; seed <= 2; seed++) {
      run(seed);
    }
  }

  private void run(long seed) {
    Random random = new Random(seed);
    Path place = folder.resolve("seed-" + seed);
    TestingDatabase.createFolder(place);
    try (TestingDatabase database =
        new TestingDatabase(place, "BLOCK_SIZE 16384, ROW_GROUP_SIZE 2048")) {
      RandomWriter writer = new RandomWriter(random);
      for (int seal = 0; seal < SEALS / 2; seal++) {
        for (int writes = random.nextInt(4); writes >= 0; writes--) {
          database.run(writer.next());
          if (random.nextInt(3) == 0) {
            database.checkpoint();
          }
        }
        SnapshotSummary snapshot = database.seal();
        assertSameBlocks(database, snapshot.number(), "seed " + seed + ", seal " + seal);
        if (random.nextInt(5) == 0) {
          assertThat(database.rows(snapshot.number()))
              .as("seed %s, seal %s after %s", seed, seal, writer.done())
              .isEqualTo(database.rows());
        }
      }
    }
  }

  /** Every block that the snapshot has is what the live file has now: a full digest. */
  static void assertSameBlocks(TestingDatabase database, long number, String description) {
    SnapshotContent content = database.store.content(number);
    List<Integer> stale = new ArrayList<>();
    try (LiveFile live = new LiveFile(database.file, java.time.Clock.systemUTC())) {
      for (int block = 0; block < content.blocks().size(); block++) {
        SnapshotContent.Piece piece = content.blocks().get(block);
        if (!piece.equals(SnapshotContent.FREE)) {
          ByteBuffer bytes = ByteBuffer.allocate(content.blockBytes());
          live.read(FileHeaders.BYTES + (long) block * content.blockBytes(), bytes);
          if (!Digest.of(bytes.flip()).equals(piece.digest())) {
            stale.add(block);
          }
        }
      }
    }
    assertThat(stale).as("stale blocks, %s", description).isEmpty();
  }
}

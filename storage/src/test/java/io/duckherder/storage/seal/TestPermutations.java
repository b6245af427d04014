package io.duckherder.storage.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.storage.PieceReader;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.file.FileHeaders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two rows swap values, over and over. DuckDB's checksum of a block is the same whatever the order
 * of its words: whoever goes by it takes a block that was written again for the one before.
 */
final class TestPermutations {
  private static final int SWAPS = Integer.getInteger("duckherder.swaps", 100);

  @TempDir Path folder;

  @Test
  void aReplicaThatGrowsByLayersSeesEverySwap() throws IOException {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run(
          """
          CREATE TABLE t AS SELECT range::INTEGER AS i,
            (hash(range)::HUGEINT - 9223372036854775808)::BIGINT AS v FROM range(30000)
          """);
      database.checkpoint();
      Path replica = folder.resolve("replica.duckdb");
      List<Piece> before = List.of();
      Random random = new Random(1);
      for (int swap = 0; swap < SWAPS; swap++) {
        int a = random.nextInt(30_000);
        int b = random.nextInt(30_000);
        database.run(
            """
            UPDATE t SET v = other.v FROM
              (SELECT CASE i WHEN %1$d THEN %2$d ELSE %1$d END AS j, v FROM t WHERE i IN (%1$d, %2$d)) other
            WHERE t.i = other.j
            """
                .formatted(a, b));
        database.checkpoint();
        SnapshotContent content = database.store.content(database.seal().number());
        patch(database, content, before, replica);
        before = content.blocks();
        assertThat(TestingDatabase.rowsOf(replica)).as("swap %s", swap).isEqualTo(database.rows());
      }
    }
  }

  /** Writes what differs from the content that the replica has. */
  private static void patch(
      TestingDatabase database, SnapshotContent content, List<Piece> before, Path replica)
      throws IOException {
    assertThat(content.wal()).isEmpty();
    List<Piece> pieces = new ArrayList<>(List.of(content.headers()));
    List<Long> places = new ArrayList<>(List.of(0L));
    for (int b = 0; b < content.blocks().size(); b++) {
      Piece piece = content.blocks().get(b);
      boolean same = b < before.size() && before.get(b).equals(piece);
      if (!same && !piece.equals(SnapshotContent.FREE)) {
        pieces.add(piece);
        places.add(FileHeaders.BYTES + (long) b * content.blockBytes());
      }
    }
    try (FileChannel file =
        FileChannel.open(replica, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      new PieceReader(database.directory)
          .read(pieces, (i, bytes) -> SnapshotFiles.writeAt(file, bytes, places.get(i)));
    }
    assertThat(Files.size(replica)).isLessThanOrEqualTo(content.fileBytes());
  }
}

package io.duckherder.storage.seal;

import io.duckherder.storage.SnapshotSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Seals of small changes in a file of so many megabytes: {@code BenchmarkSeal <folder>
 * <megabytes>}.
 */
final class BenchmarkSeal {
  private static final int ROUNDS = 10;

  private BenchmarkSeal() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    long rows = Long.parseLong(arguments[1]) * 21_000;
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run(
          "SET preserve_insertion_order = false",
          """
          CREATE TABLE t AS SELECT range AS i, hash(range) AS h, hash(range + 1) AS g,
            hash(range + 2)::VARCHAR AS s FROM range(%d)
          """
              .formatted(rows));
      database.checkpoint();
      report("base", database, Kind.LOG);
      for (Kind kind : Kind.values()) {
        for (int round = 0; round < ROUNDS; round++) {
          database.run(
              "UPDATE t SET g = g + 1 WHERE i BETWEEN %1$d AND %1$d + 999"
                  .formatted(rows / ROUNDS * round));
          report("1,000 rows updated", database, kind);
        }
      }
    }
  }

  private enum Kind {
    LOG,
    CHECKPOINT
  }

  private static void report(String what, TestingDatabase database, Kind kind) {
    long start = System.nanoTime();
    if (kind == Kind.CHECKPOINT) {
      database.run("CHECKPOINT db");
    }
    long checkpointed = System.nanoTime();
    if (kind == Kind.CHECKPOINT) {
      database.store.afterCheckpoint();
    }
    long noted = System.nanoTime();
    Cut cut = database.store.cut();
    long cutAt = System.nanoTime();
    SnapshotSummary sealed = database.store.seal(cut);
    long end = System.nanoTime();
    System.out.printf(
        "%-20s %-10s checkpoint %7.1f ms, noted %5.1f ms, cut %4d us, seal %7.1f ms, %d MB file, %d KB layer%n",
        what,
        kind,
        (checkpointed - start) / 1e6,
        (noted - checkpointed) / 1e6,
        (cutAt - noted) / 1000,
        (end - cutAt) / 1e6,
        sealed.fileBytes() >> 20,
        sealed.layerBytes() >> 10);
  }
}

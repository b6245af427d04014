package io.duckherder.benchmarks.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes changes of several sizes to one database and times the seals after them. */
final class SealRun {
  private static final List<Integer> SIZES = List.of(1, 1_000, 100_000);

  private final QueryClient client;
  private final int rounds;
  private final Random random = new Random(1);

  /** The next id to insert. */
  private long end;

  /**
   * A run.
   *
   * @param rows of the table
   * @param rounds how often each change is measured
   */
  SealRun(QueryClient client, long rows, int rounds) {
    this.client = client;
    this.rounds = rounds;
    this.end = rows;
  }

  /** A kind of change. */
  private enum Change {
    INSERT,
    UPDATE,
    DELETE,
    UPDATE_SCATTERED
  }

  /** Measures each change of each size. */
  void measure(String file, SealReport report) throws Exception {
    settle();
    for (Change change : Change.values()) {
      for (int size : SIZES) {
        if (change == Change.UPDATE_SCATTERED && size != 1_000) {
          continue;
        }
        List<Seal> logged = new ArrayList<>();
        List<Seal> checkpointed = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
          client.run(sql(change, size));
          Seal first = seal();
          client.drain("CHECKPOINT");
          Seal second = seal();
          // The first round warms up.
          if (round > 0) {
            logged.add(first);
            checkpointed.add(second);
          }
        }
        report.add(file, "%s %,d".formatted(change, size), logged, checkpointed);
      }
    }
  }

  private void settle() throws Exception {
    client.drain("CHECKPOINT");
    seal();
  }

  private String sql(Change change, int size) {
    long from = (long) (random.nextDouble() * (end - 200_000));
    return switch (change) {
      case INSERT -> {
        long first = end;
        end += size;
        yield "INSERT INTO big SELECT range, hash(range), hash(range + 1), hash(range + 2), hash(range + 3) FROM range(%d, %d)"
            .formatted(first, end);
      }
      case UPDATE ->
          "UPDATE big SET b = b + 1 WHERE id >= %d AND id < %d".formatted(from, from + size);
      case DELETE -> "DELETE FROM big WHERE id >= %d AND id < %d".formatted(from, from + size);
      case UPDATE_SCATTERED ->
          "UPDATE big SET b = b + 1 WHERE id %% %d = 0".formatted(Math.max(1, end / size));
    };
  }

  private Seal seal() throws Exception {
    long started = System.nanoTime();
    client.drain("CALL duckherder_seal()");
    long nanos = System.nanoTime() - started;
    long bytes =
        client.number(
            "SELECT layer_bytes FROM duckherder_snapshots() ORDER BY number DESC LIMIT 1");
    return new Seal(nanos, bytes);
  }
}

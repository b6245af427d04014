package io.duckherder.benchmarks.sql;

import java.util.Comparator;
import java.util.List;

/**
 * A seal, as its client saw it.
 *
 * @param bytes of its layer
 */
record Seal(long nanos, long bytes) {
  /** The one that half of them were faster than. */
  static Seal median(List<Seal> seals) {
    return seals.stream()
        .sorted(Comparator.comparingLong(Seal::nanos))
        .toList()
        .get(seals.size() / 2);
  }
}

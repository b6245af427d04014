package io.duckherder.storage.retention;

import io.duckherder.storage.SnapshotSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Which snapshots stay by themselves: the newest ones up to a count, and all that are younger than
 * an age. The newest one, named ones and those in use stay in any case.
 */
public record Retention(Duration age, int count) {
  public Retention {
    if (age.isNegative() || count < 0) {
      throw new IllegalArgumentException("Negative retention: " + age + ", " + count);
    }
  }

  /** The snapshots, of all in their order, that need not stay. */
  public List<SnapshotSummary> expired(List<SnapshotSummary> all, Instant now) {
    int beyond = Math.max(0, all.size() - Math.max(1, count));
    return all.subList(0, beyond).stream()
        .filter(snapshot -> snapshot.name().isEmpty())
        .filter(snapshot -> snapshot.time().isBefore(now.minus(age)))
        .toList();
  }
}

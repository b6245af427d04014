package io.duckherder.cluster.managed;

import io.duckherder.snapshot.SealedVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The snapshots that queries and jobs were planned on, and until when somebody may still open them.
 * Safe for use by many threads.
 */
final class SnapshotPins {
  private final Clock clock;
  private final Map<SealedVersion, Instant> until = new ConcurrentHashMap<>();

  SnapshotPins(Clock clock) {
    this.clock = clock;
  }

  /** Keeps a snapshot from being collected for a while from now on, at least. */
  void pin(SealedVersion version, Duration time) {
    until.merge(
        version,
        clock.instant().plus(time),
        (before, wanted) -> wanted.isAfter(before) ? wanted : before);
  }

  /** The numbers of a database's snapshots that are kept. */
  Set<Long> of(String database) {
    Instant now = clock.instant();
    until.values().removeIf(now::isAfter);
    return until.keySet().stream()
        .filter(version -> version.database().equals(database))
        .map(SealedVersion::number)
        .collect(Collectors.toSet());
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.snapshot.Snapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The snapshots of reads that a connector plans one by one, and that have to be of one state: the
 * tables of one query. Safe for use by many threads.
 */
final class ReadGroups {
  private static final int REMEMBERED = 10_000;

  /** The oldest first: a group's reads come within moments. Guarded by this. */
  private final Map<String, Snapshot> snapshots =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Snapshot> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * The snapshot of a read.
   *
   * @param group of the read, if it is in one
   * @param newest gives the snapshot for the first of a group, and for who is in none
   */
  Snapshot snapshot(Optional<String> group, Supplier<Snapshot> newest) {
    if (group.isEmpty()) {
      return newest.get();
    }
    synchronized (this) {
      return snapshots.computeIfAbsent(group.get(), name -> newest.get());
    }
  }
}

package io.duckherder.cluster.managed;

import io.duckherder.cluster.session.WrittenTables;
import java.util.HashMap;
import java.util.Map;

/**
 * When each table was last written, as a count of commits. Tables are known by their own names: one
 * may be taken for another of its name, never the other way round. Safe for use by many threads.
 */
final class WriteSequence {
  /** Guarded by this. */
  private final Map<String, Long> tables = new HashMap<>();

  /** Guarded by this. */
  private long any;

  /** Guarded by this. */
  private long last;

  /** Notes what a commit is about to bring. */
  synchronized void add(WrittenTables written) {
    last++;
    if (written.any()) {
      any = last;
    }
    written.names().forEach(name -> tables.put(name, last));
  }

  /** The count so far. */
  synchronized long now() {
    return last;
  }

  /** Whether a commit after that count may have written a table. */
  synchronized boolean wroteSince(long count, String table) {
    return any > count || tables.getOrDefault(WrittenTables.key(table), 0L) > count;
  }
}

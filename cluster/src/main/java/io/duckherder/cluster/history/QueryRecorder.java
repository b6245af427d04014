package io.duckherder.cluster.history;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The queries that ended last, the oldest forgotten first: bounded in number and in the size of
 * their texts. Safe for use by many threads.
 */
public final class QueryRecorder {
  private static final long MOST_TEXT = 16L << 20;

  private final int capacity;

  /** Guarded by this. */
  private final ArrayDeque<QueryRecord> records = new ArrayDeque<>();

  /** Guarded by this: characters of all texts. */
  private long text;

  /**
   * An empty recorder.
   *
   * @param capacity most queries that it keeps
   */
  public QueryRecorder(int capacity) {
    this.capacity = capacity;
  }

  /** Keeps a query that ended. */
  public synchronized void add(QueryRecord record) {
    if (!record.recorded()) {
      return;
    }
    records.addLast(record);
    text += size(record);
    while (!records.isEmpty() && (records.size() > capacity || text > MOST_TEXT)) {
      text -= size(records.removeFirst());
    }
  }

  /** All that are kept, the oldest first. */
  public synchronized List<QueryRecord> list() {
    return List.copyOf(records);
  }

  /** Forgets all. */
  public synchronized void clear() {
    records.clear();
    text = 0;
  }

  private static long size(QueryRecord record) {
    return record.sql().length() + record.error().map(String::length).orElse(0);
  }
}

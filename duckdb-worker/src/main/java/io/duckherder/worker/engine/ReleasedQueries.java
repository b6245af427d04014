package io.duckherder.worker.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The queries that ended last, so that a fragment of one that comes late is known. Guarded by its
 * owner.
 */
final class ReleasedQueries {
  private static final int KEPT = 20_000;

  private final Map<String, Boolean> ids =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > KEPT;
        }
      };

  void add(String id) {
    ids.put(id, true);
  }

  boolean contains(String id) {
    return ids.containsKey(id);
  }
}

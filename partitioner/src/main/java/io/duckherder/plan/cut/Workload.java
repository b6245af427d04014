package io.duckherder.plan.cut;

import io.duckherder.session.ExecutionSettings;

/**
 * What a query is cut for.
 *
 * @param settings the session's
 * @param workers live workers, at least 1
 * @param slots their threads together
 */
record Workload(ExecutionSettings settings, int workers, int slots) {
  private static final int MOST_BUCKETS = 128;

  /** Into how many parts an exchange divides rows, the same everywhere in a query. */
  int buckets() {
    return Math.min(MOST_BUCKETS, Math.max(2, workers));
  }

  /** Into how many parts a table is divided by ranges of its key. */
  int ranges() {
    return workers == 1 ? 2 : Math.max(2 * workers, slots);
  }

  boolean forced() {
    return settings.mode() == ExecutionSettings.Mode.DISTRIBUTED;
  }
}

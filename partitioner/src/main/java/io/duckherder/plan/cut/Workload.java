package io.duckherder.plan.cut;

import io.duckherder.session.ExecutionSettings;
import io.duckherder.sql.SqlText;

/**
 * What a query is cut for.
 *
 * @param settings the session's
 * @param workers live workers, at least 1
 * @param slots their threads together
 * @param scanned rows of the tables that the query reads
 */
record Workload(ExecutionSettings settings, int workers, int slots, double scanned) {
  private static final int MOST_BUCKETS = 128;

  /** Into how many parts an exchange divides rows, the same everywhere in a query. */
  int buckets() {
    return Math.min(MOST_BUCKETS, Math.max(2, workers));
  }

  /** The SQL of the part that rows with some columns, parted by commas, go to. */
  String bucketOf(String columns) {
    return SqlText.call("%", SqlText.call("hash", columns), String.valueOf(buckets()));
  }

  /** Into how many parts a table is divided by ranges of its key. */
  int ranges() {
    return Math.max(2, Math.max(workers, slots));
  }

  /** What a stage costs; next to nothing where tables are small and stages were asked for. */
  double stageCost() {
    double share = scanned / 25;
    return Math.min(Costs.STAGE, forced() ? share : Math.max(Costs.LEAST_STAGE, share));
  }

  boolean forced() {
    return settings.mode() == ExecutionSettings.Mode.DISTRIBUTED;
  }
}

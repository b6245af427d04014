package io.duckherder.cluster.sql;

import io.duckherder.plan.QueryPlan;
import io.duckherder.session.ExecutionSettings;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The plans of reads that came before, by all that decides them; the longest unused is forgotten
 * first. Only plans of reads that {@link CacheRules} allow are kept: DuckDB's plan of any other may
 * hold the time of day, or a view that has changed. Safe for use by many threads.
 */
final class KnownPlans {
  private static final int MOST = 256;
  private static final int LONGEST_TEXT = 32 * 1024;

  /** Guarded by this. */
  private final Map<Key, Known> plans =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
          return size() > MOST;
        }
      };

  /**
   * What a plan was made for.
   *
   * @param workers live workers
   * @param slots their threads together
   */
  record Key(
      String sql,
      Snapshot snapshot,
      SessionSettings settings,
      ExecutionSettings execution,
      int workers,
      int slots) {}

  /** A plan and the schema that clients are told. */
  record Known(QueryPlan plan, Schema schema) {}

  synchronized Optional<Known> find(Key key) {
    return Optional.ofNullable(plans.get(key));
  }

  synchronized void add(Key key, Known known) {
    if (key.sql().length() <= LONGEST_TEXT) {
      plans.put(key, known);
    }
  }
}

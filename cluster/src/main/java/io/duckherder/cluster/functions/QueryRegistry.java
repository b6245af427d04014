package io.duckherder.cluster.functions;

import io.duckherder.cluster.history.QueryRecord;
import java.util.List;

/** The driver's queries, as the functions see them. */
public interface QueryRegistry {
  /** The queries that ended last, the oldest first, and then those that have not ended. */
  List<QueryRecord> history();

  /** The queries that ended last, the oldest first. */
  List<QueryRecord> ended();

  /** Forgets those that ended. */
  void clearEnded();

  /**
   * Stops a query.
   *
   * @return false if no query of that id waits or runs
   */
  boolean stop(String id);
}

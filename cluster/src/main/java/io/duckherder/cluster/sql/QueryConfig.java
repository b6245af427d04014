package io.duckherder.cluster.sql;

import io.duckherder.session.ExecutionSettings;

/**
 * How a driver treats the queries of SQL clients.
 *
 * @param settings what each session begins with, and goes back to with RESET
 */
public record QueryConfig(ExecutionSettings settings) {
  public static final QueryConfig DEFAULT = new QueryConfig(ExecutionSettings.DEFAULT);

  /** This with other settings. */
  public QueryConfig withSettings(ExecutionSettings changed) {
    return new QueryConfig(changed);
  }
}

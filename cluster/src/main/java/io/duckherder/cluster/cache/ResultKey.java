package io.duckherder.cluster.cache;

import io.duckherder.session.ExecutionSettings;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import java.util.List;

/**
 * What an answer depends on.
 *
 * @param sql the client's text
 * @param parameters values of its parameters, as SQL
 */
public record ResultKey(
    String sql,
    List<String> parameters,
    SessionSettings settings,
    ExecutionSettings execution,
    Snapshot snapshot) {
  public ResultKey {
    parameters = List.copyOf(parameters);
  }
}

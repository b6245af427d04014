package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import java.util.Objects;

/**
 * The SQL that one worker runs, with everything that decides its rows. Any worker can run it,
 * again, while the snapshot is there; the rows are the same set each time.
 *
 * @param queryId the query or Spark scan that it belongs to
 * @param number its place in the query, from 0
 * @param snapshot what it reads
 * @param settings the session it runs as
 * @param sql one statement
 * @param ordered whether each run gives its rows in the same order, so that a broken stream may be
 *     resumed in the middle
 */
public record Fragment(
    @JsonProperty("queryId") String queryId,
    @JsonProperty("number") int number,
    @JsonProperty("snapshot") Snapshot snapshot,
    @JsonProperty("settings") SessionSettings settings,
    @JsonProperty("sql") String sql,
    @JsonProperty("ordered") boolean ordered) {
  public Fragment {
    Objects.requireNonNull(queryId, "queryId");
    Objects.requireNonNull(snapshot, "snapshot");
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(sql, "sql");
  }
}

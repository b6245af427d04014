package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.layout.RowRange;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import java.util.Objects;
import java.util.Optional;

/**
 * The SQL that one worker runs, with everything that decides its rows. Any worker can run it,
 * again, while the snapshot is there; the rows are the same set each time.
 *
 * @param queryId the query or Spark scan that it belongs to
 * @param number its place in the query, from 0
 * @param snapshot what it reads
 * @param settings the session it runs as
 * @param sql one statement
 * @param range the rowids that it reads, which the statement asks for as the variables {@link
 *     #FIRST_ROW} and {@link #END_ROW}; absent where it reads no range. So the fragments of a query
 *     share one text
 * @param ordered whether each run gives its rows in the same order, so that a broken stream may be
 *     resumed in the middle
 */
public record Fragment(
    @JsonProperty("queryId") String queryId,
    @JsonProperty("number") int number,
    @JsonProperty("snapshot") Snapshot snapshot,
    @JsonProperty("settings") SessionSettings settings,
    @JsonProperty("sql") String sql,
    @JsonProperty("range") Optional<RowRange> range,
    @JsonProperty("ordered") boolean ordered) {
  /** The variable that holds the first rowid of the range. */
  public static final String FIRST_ROW = "duckherder_first_row";

  /** The variable that holds the rowid after the last one of the range. */
  public static final String END_ROW = "duckherder_end_row";

  public Fragment {
    Objects.requireNonNull(queryId, "queryId");
    Objects.requireNonNull(snapshot, "snapshot");
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(sql, "sql");
    Objects.requireNonNull(range, "range");
  }

  /** The session to run as, with the range in it. */
  public SessionSettings sessionWithRange() {
    return range
        .map(
            rows ->
                settings
                    .withVariable(FIRST_ROW, rows.from() + "::BIGINT")
                    .withVariable(END_ROW, rows.to() + "::BIGINT"))
        .orElse(settings);
  }
}

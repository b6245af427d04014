package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.layout.RowRange;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

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
 * @param bucket the bucket of an exchange that it works on, which the statement may ask for as the
 *     variable {@link #BUCKET}
 * @param inputs rows of earlier stages, which the statement reads as temporary views
 * @param output where its rows are kept for later stages; absent if they go to whoever runs it
 * @param exchangeForm whether rows that go to whoever runs it come in their exchange form, from
 *     which another DuckDB gets exactly these values back; otherwise in the Arrow form for clients
 */
public record Fragment(
    @JsonProperty("queryId") String queryId,
    @JsonProperty("number") int number,
    @JsonProperty("snapshot") Snapshot snapshot,
    @JsonProperty("settings") SessionSettings settings,
    @JsonProperty("sql") String sql,
    @JsonProperty("range") Optional<RowRange> range,
    @JsonProperty("ordered") boolean ordered,
    @JsonProperty("bucket") OptionalInt bucket,
    @JsonProperty("inputs") List<FragmentInput> inputs,
    @JsonProperty("output") Optional<FragmentOutput> output,
    @JsonProperty("exchangeForm") boolean exchangeForm) {
  /** The variable that holds the first rowid of the range. */
  public static final String FIRST_ROW = "duckherder_first_row";

  /** The variable that holds the rowid after the last one of the range. */
  public static final String END_ROW = "duckherder_end_row";

  /** The variable that holds the bucket. */
  public static final String BUCKET = "duckherder_bucket";

  /** The SQL of the value of one of these variables. */
  public static String value(String variable) {
    return SqlText.call("getvariable", SqlText.literal(variable));
  }

  public Fragment {
    Objects.requireNonNull(queryId, "queryId");
    Objects.requireNonNull(snapshot, "snapshot");
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(sql, "sql");
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(bucket, "bucket");
    Objects.requireNonNull(output, "output");
    inputs = List.copyOf(inputs);
  }

  /** A fragment that has no part in an exchange. */
  public Fragment(
      String queryId,
      int number,
      Snapshot snapshot,
      SessionSettings settings,
      String sql,
      Optional<RowRange> range,
      boolean ordered) {
    this(
        queryId,
        number,
        snapshot,
        settings,
        sql,
        range,
        ordered,
        OptionalInt.empty(),
        List.of(),
        Optional.empty(),
        false);
  }

  /** The same with another statement. */
  Fragment withSql(String other, boolean otherOrdered) {
    return new Fragment(
        queryId,
        number,
        snapshot,
        settings,
        other,
        range,
        otherOrdered,
        bucket,
        inputs,
        output,
        exchangeForm);
  }

  /** The session to run as, with the range and the bucket in it. */
  public SessionSettings sessionWithRange() {
    SessionSettings session = settings;
    if (range.isPresent()) {
      session =
          session
              .withVariable(FIRST_ROW, range.get().from() + "::BIGINT")
              .withVariable(END_ROW, range.get().to() + "::BIGINT");
    }
    return bucket.isPresent()
        ? session.withVariable(BUCKET, bucket.getAsInt() + "::UBIGINT")
        : session;
  }
}

package io.duckherder.cluster.history;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A query from its arrival to its end. Safe for use by many threads. */
public final class LiveQuery {
  private static final int MOST_TEXT = 64 * 1024;

  private final String id;
  private final Optional<String> user;
  private final String sql;
  private final Clock clock;
  private final Instant created;

  /** Guarded by this, as all below. */
  private QueryState state = QueryState.PLANNING;

  private Instant since;
  private @Nullable Instant started;
  private @Nullable Instant ended;
  private Duration planning = Duration.ZERO;
  private Duration queued = Duration.ZERO;
  private long rows;
  private long bytes;
  private OptionalLong cpuMillis = OptionalLong.empty();
  private @Nullable ExecutionSummary summary;

  /** What workers did in the end. */
  private RunStatistics run = RunStatistics.NONE;

  private @Nullable String error;

  /**
   * A query that has just arrived.
   *
   * @param user the name that its client gave
   */
  public LiveQuery(String id, Optional<String> user, String sql, Clock clock) {
    this.id = id;
    this.user = user;
    this.sql = sql.length() > MOST_TEXT ? sql.substring(0, MOST_TEXT) : sql;
    this.clock = clock;
    this.created = clock.instant();
    this.since = created;
  }

  public String id() {
    return id;
  }

  /** When its state began. */
  public synchronized Instant since() {
    return since;
  }

  /** It was planned, and its rows wait for the client. */
  public synchronized void planned(ExecutionSummary how) {
    summary = how;
    Instant now = enter(QueryState.WAITING);
    planning = Duration.between(created, now);
  }

  /** Its client reads; it waits for others to end. */
  public synchronized void queued() {
    enter(QueryState.QUEUED);
  }

  /** It runs. */
  public synchronized void started() {
    boolean waited = state == QueryState.QUEUED;
    Instant from = since;
    started = enter(QueryState.RUNNING);
    queued = waited ? Duration.between(from, started) : Duration.ZERO;
  }

  /** Rows were sent. */
  public synchronized void sent(long moreRows, long moreBytes) {
    rows += moreRows;
    bytes += moreBytes;
  }

  /** Processor time of the driver's thread that gathered and sent its rows. */
  public synchronized void cpuMillis(long millis) {
    cpuMillis = OptionalLong.of(millis);
  }

  /** It ended; later calls change nothing. */
  public synchronized void end(QueryState how, Optional<String> why) {
    if (state.ended()) {
      return;
    }
    if (state == QueryState.QUEUED) {
      queued = Duration.between(since, clock.instant());
    }
    ended = enter(how);
    error = why.orElse(null);
    run = soFar();
  }

  /** It ended with an error; later calls change nothing. */
  public void fail(Throwable why) {
    boolean stopped =
        why instanceof DuckherderException known
            && known.code() == StandardErrorCode.QUERY_CANCELLED;
    String text =
        why instanceof DuckherderException known
            ? known.code().name() + ": " + known.text()
            : String.valueOf(why.getMessage());
    end(stopped ? QueryState.CANCELLED : QueryState.FAILED, Optional.of(text));
  }

  /** What is known of it now. */
  public synchronized QueryRecord record() {
    return new QueryRecord(
        id,
        user,
        sql,
        state,
        since,
        created,
        Optional.ofNullable(started),
        Optional.ofNullable(ended),
        planning,
        queued,
        rows,
        bytes,
        cpuMillis,
        Optional.ofNullable(summary),
        state.ended() ? run : soFar(),
        Optional.ofNullable(error));
  }

  /** What workers did until now; the caller holds the lock. */
  private RunStatistics soFar() {
    return summary == null ? RunStatistics.NONE : summary.run().get();
  }

  /** The caller holds the lock. */
  private Instant enter(QueryState next) {
    state = next;
    since = clock.instant();
    return since;
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.cluster.admission.QueryAdmission;
import io.duckherder.cluster.functions.QueryRegistry;
import io.duckherder.cluster.history.LiveQuery;
import io.duckherder.cluster.history.QueryRecord;
import io.duckherder.cluster.history.QueryRecorder;
import io.duckherder.cluster.history.QueryState;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchSender;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queries from their arrival to their end. A result is read once: the ticket of {@code
 * GetFlightInfo} names it, and stays good for a while. Safe for use by many threads.
 */
public final class RunningQueries implements QueryRegistry {
  private static final Logger log = LoggerFactory.getLogger(RunningQueries.class);

  /** Rows that are held for longer are dropped; their reader has them made again. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final long HELD_BYTES = 64L << 20;

  private final Clock clock;
  private final Duration validity;
  private final HeldResults held;
  private final QueryAdmission admission;
  private final QueryRecorder recorder;

  /** Guarded by this. */
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * What is known of a query that has not ended.
   *
   * @param record all about it
   * @param where what runs it, absent before it is planned
   */
  public record RunningQuery(QueryRecord record, Optional<String> where) {}

  /**
   * @param context what the query runs under
   * @param cancelled whether it was cancelled before it was planned
   */
  private record Entry(
      LiveQuery query,
      StatementContext context,
      @Nullable StatementResult result,
      @Nullable BatchSender sender,
      boolean cancelled) {}

  /**
   * @param validity time within which a client begins to read
   * @param admission says which queries run at once
   * @param recorder keeps what ended
   */
  public RunningQueries(
      Clock clock, Duration validity, QueryAdmission admission, QueryRecorder recorder) {
    this.clock = clock;
    this.validity = validity;
    this.held = new HeldResults(clock, PATIENCE, HELD_BYTES);
    this.admission = admission;
    this.recorder = recorder;
  }

  /** Rows that are at hand before they are asked for. */
  HeldResults held() {
    return held;
  }

  /** Forgets what was promised and never asked for. */
  public void tidy() {
    held.tidy();
    synchronized (this) {
      forgetOld();
    }
  }

  /** A new name for a query. */
  String newId() {
    return UUID.randomUUID().toString();
  }

  /** Notes that a query arrived and is being planned; {@link #promise} or {@link #fail} follow. */
  void begin(String sql, StatementContext context) {
    LiveQuery query = new LiveQuery(context.queryId(), context.user(), sql, clock);
    synchronized (this) {
      forgetOld();
      entries.put(query.id(), new Entry(query, context, null, null, false));
    }
  }

  /** Keeps a result for its client. */
  synchronized void promise(String id, StatementResult result) {
    Entry entry = entries.get(id);
    if (entry == null || entry.cancelled()) {
      result.discard();
      throw new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The query was cancelled");
    }
    entry.query().planned(result.summary());
    entries.put(id, new Entry(entry.query(), entry.context(), result, null, false));
  }

  /** Notes that a statement without rows to read is done. */
  void done(String id, long changed) {
    Entry entry;
    synchronized (this) {
      entry = entries.remove(id);
    }
    if (entry != null) {
      entry.query().sent(changed, 0);
      entry.query().end(QueryState.FINISHED, Optional.empty());
      recorder.add(entry.query().record());
    }
  }

  /** Notes that a query could not be planned. */
  void fail(String id, Throwable why) {
    Entry entry;
    synchronized (this) {
      entry = entries.remove(id);
    }
    if (entry != null) {
      entry.query().fail(why);
      recorder.add(entry.query().record());
    }
  }

  /** Sends a result that was promised, on a thread of an executor. */
  void send(String id, ServerStreamListener listener, Executor executor) {
    BatchSender sender;
    boolean ready;
    synchronized (this) {
      forgetOld();
      Entry entry = entries.get(id);
      if (entry == null || entry.result() == null || entry.sender() != null) {
        throw new DuckherderException(
            StandardErrorCode.TICKET_EXPIRED,
            "The result of query %s was read, cancelled or waited for too long; run the query again"
                .formatted(id));
      }
      TrackedStream stream =
          new TrackedStream(
              entry.result(),
              entry.query(),
              admission.request(
                  entry.result().summary(), entry.context().execution(), entry.context().client()),
              query -> recorder.add(query.record()));
      sender = new BatchSender(stream, listener, ended -> end(id));
      entries.put(id, new Entry(entry.query(), entry.context(), entry.result(), sender, false));
      ready = entry.result().isReady();
    }
    if (ready) {
      sender.sendNow();
    } else {
      sender.start(executor);
    }
  }

  private void end(String id) {
    Entry entry;
    synchronized (this) {
      entry = entries.remove(id);
    }
    if (entry != null && entry.result() != null) {
      QueryRecord record = entry.query().record();
      log.info(
          "Query {} {} after {} ms; it ran on {}",
          id,
          record.state(),
          record.duration(clock.instant()).toMillis(),
          entry.result().where());
    }
  }

  /** Stops a query, or takes back the promise of its result. */
  CancelStatus cancel(String id) {
    Entry entry;
    synchronized (this) {
      entry = entries.get(id);
      if (entry != null && entry.result() == null) {
        entries.put(id, new Entry(entry.query(), entry.context(), null, null, true));
        entry.context().interrupt().cancel();
        return CancelStatus.CANCELLING;
      }
      if (entry != null && entry.sender() == null) {
        entries.remove(id);
      }
    }
    if (entry == null) {
      return CancelStatus.NOT_CANCELLABLE;
    }
    if (entry.sender() == null) {
      abandon(entry, "The query was cancelled before it was read");
      return CancelStatus.CANCELLED;
    }
    entry.sender().cancel();
    return CancelStatus.CANCELLING;
  }

  /** Stops what runs for clients that are gone before they had an answer. */
  public void cancelAbandoned() {
    List<Entry> running;
    synchronized (this) {
      running = entries.values().stream().filter(entry -> entry.result() == null).toList();
    }
    for (Entry entry : running) {
      if (entry.context().stop().abandoned().getAsBoolean()) {
        entry.context().interrupt().cancel();
      }
    }
  }

  @Override
  public boolean stop(String id) {
    return cancel(id) != CancelStatus.NOT_CANCELLABLE;
  }

  private void abandon(Entry entry, String why) {
    if (entry.result() != null) {
      entry.result().discard();
    }
    entry.query().fail(new DuckherderException(StandardErrorCode.QUERY_CANCELLED, why));
    recorder.add(entry.query().record());
  }

  /** Stops all queries, because the driver stops. */
  public void stopAll() {
    List<Entry> stopping;
    synchronized (this) {
      stopping = List.copyOf(entries.values());
    }
    for (Entry entry : stopping) {
      if (entry.sender() != null) {
        entry.sender().stop();
      } else if (entry.result() != null) {
        entry.result().discard();
      } else {
        entry.context().interrupt().cancel();
      }
    }
  }

  /** The queries that have not ended, the oldest first. */
  public synchronized List<RunningQuery> list() {
    forgetOld();
    return entries.values().stream()
        .map(
            entry ->
                new RunningQuery(
                    entry.query().record(),
                    Optional.ofNullable(entry.result()).map(StatementResult::where)))
        .toList();
  }

  @Override
  public List<QueryRecord> history() {
    List<QueryRecord> history = new ArrayList<>(recorder.list());
    list().stream()
        .map(RunningQuery::record)
        .filter(record -> record.recorded() && !record.state().ended())
        .forEach(history::add);
    return history;
  }

  @Override
  public List<QueryRecord> ended() {
    return recorder.list();
  }

  @Override
  public void clearEnded() {
    recorder.clear();
  }

  /** The caller holds the lock. */
  private void forgetOld() {
    Instant limit = clock.instant().minus(validity);
    entries
        .values()
        .removeIf(
            entry -> {
              boolean old =
                  entry.result() != null
                      && entry.sender() == null
                      && entry.query().since().isBefore(limit);
              if (old) {
                abandon(entry, "The client did not come for the result");
              }
              return old;
            });
  }
}

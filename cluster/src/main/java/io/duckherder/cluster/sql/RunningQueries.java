package io.duckherder.cluster.sql;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchSender;
import io.duckherder.wire.BatchStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queries whose result was promised or is being read. A result is read once: the ticket of
 * {@code GetFlightInfo} names it, and stays good for a while. Safe for use by many threads.
 */
public final class RunningQueries {
  private static final Logger log = LoggerFactory.getLogger(RunningQueries.class);

  /** Rows that are held for longer are dropped; their reader has them made again. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final long HELD_BYTES = 64L << 20;

  private final Clock clock;
  private final Duration validity;
  private final HeldResults held;

  /** Guarded by this. */
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * What is known of a query that waits or runs.
   *
   * @param id names it in logs and errors
   * @param where what runs it
   * @param state {@code waiting} for its client or {@code running}
   * @param since when its state began
   */
  public record RunningQuery(String id, String where, String state, Instant since) {}

  private record Entry(
      StatementResult result,
      Instant since,
      @Nullable BatchStream stream,
      @Nullable BatchSender sender) {}

  /**
   * @param validity time within which a client begins to read
   */
  public RunningQueries(Clock clock, Duration validity) {
    this.clock = clock;
    this.validity = validity;
    this.held = new HeldResults(clock, PATIENCE, HELD_BYTES);
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

  /** Keeps a result for its client. */
  synchronized void promise(String id, StatementResult result) {
    forgetOld();
    entries.put(id, new Entry(result, clock.instant(), null, null));
  }

  /** Sends a result that was promised, on a thread of an executor. */
  void send(String id, ServerStreamListener listener, Executor executor) {
    BatchSender sender;
    boolean ready;
    synchronized (this) {
      forgetOld();
      Entry entry = entries.get(id);
      if (entry == null || entry.stream() != null) {
        throw new DuckherderException(
            StandardErrorCode.TICKET_EXPIRED,
            "The result of query %s was read, cancelled or waited for too long; run the query again"
                .formatted(id));
      }
      BatchStream stream = entry.result().source().get();
      sender = new BatchSender(stream, listener, ended -> end(id));
      entries.put(id, new Entry(entry.result(), clock.instant(), stream, sender));
      ready = stream instanceof ReadyRows;
    }
    if (ready) {
      sender.sendNow();
    } else {
      sender.start(executor);
    }
  }

  private synchronized void end(String id) {
    Entry entry = entries.remove(id);
    if (entry != null) {
      log.info(
          "Query {} ended after {} ms; it ran on {}",
          id,
          Duration.between(entry.since(), clock.instant()).toMillis(),
          entry.result().where());
    }
  }

  /** Stops a query, or takes back the promise of its result. */
  CancelStatus cancel(String id) {
    Entry entry;
    synchronized (this) {
      entry = entries.get(id);
      if (entry != null && entry.stream() == null) {
        entries.remove(id);
      }
    }
    if (entry == null) {
      return CancelStatus.NOT_CANCELLABLE;
    }
    if (entry.sender() == null) {
      entry.result().discard();
      return CancelStatus.CANCELLED;
    }
    entry.sender().cancel();
    return CancelStatus.CANCELLING;
  }

  /** Stops all queries, because the driver stops. */
  public void stopAll() {
    List<Entry> stopping;
    synchronized (this) {
      stopping = List.copyOf(entries.values());
    }
    for (Entry entry : stopping) {
      if (entry.sender() == null) {
        entry.result().discard();
      } else {
        entry.sender().stop();
      }
    }
  }

  /** The queries that wait or run, the oldest first. */
  public synchronized List<RunningQuery> list() {
    forgetOld();
    return entries.entrySet().stream()
        .map(
            e ->
                new RunningQuery(
                    e.getKey(),
                    e.getValue().result().where(),
                    e.getValue().stream() == null ? "waiting" : "running",
                    e.getValue().since()))
        .toList();
  }

  private synchronized void forgetOld() {
    Instant limit = clock.instant().minus(validity);
    entries
        .values()
        .removeIf(
            entry -> {
              boolean old = entry.stream() == null && entry.since().isBefore(limit);
              if (old) {
                entry.result().discard();
              }
              return old;
            });
  }
}

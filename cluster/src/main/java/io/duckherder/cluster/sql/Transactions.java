package io.duckherder.cluster.sql;

import com.google.protobuf.ByteString;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Transactions that Flight SQL clients open by action rather than by BEGIN. Safe for use by many
 * threads.
 */
final class Transactions {
  private final Clock clock;
  private final Duration timeout;

  /** Guarded by this. */
  private final Map<ByteString, Entry> open = new HashMap<>();

  private record Entry(OpenTransaction transaction, Instant lastUsed) {
    /** Whether a statement of it runs. */
    boolean isBusy() {
      return transaction.connection().filter(LocalConnection::isBusy).isPresent();
    }
  }

  /**
   * @param timeout idle time after which a transaction ends
   */
  Transactions(Clock clock, Duration timeout) {
    this.clock = clock;
    this.timeout = timeout;
  }

  synchronized ByteString add(OpenTransaction transaction) {
    endIdle();
    ByteString id = ByteString.copyFromUtf8(UUID.randomUUID().toString());
    open.put(id, new Entry(transaction, clock.instant()));
    return id;
  }

  /** Takes a transaction out, for it to be ended. */
  synchronized OpenTransaction remove(ByteString id) {
    Entry entry = open.remove(id);
    if (entry == null) {
      throw unknown();
    }
    return entry.transaction();
  }

  /** A transaction that is open; an empty id stands for none. */
  synchronized Optional<OpenTransaction> find(ByteString id) {
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Entry entry = open.get(id);
    if (entry == null) {
      throw unknown();
    }
    open.put(id, new Entry(entry.transaction(), clock.instant()));
    return Optional.of(entry.transaction());
  }

  /** Rolls back what was abandoned. */
  synchronized void endIdle() {
    Instant now = clock.instant();
    Instant limit = now.minus(timeout);
    open.replaceAll((id, entry) -> entry.isBusy() ? new Entry(entry.transaction(), now) : entry);
    Iterator<Entry> entries = open.values().iterator();
    while (entries.hasNext()) {
      Entry entry = entries.next();
      if (entry.lastUsed().isBefore(limit)) {
        entries.remove();
        entry.transaction().connection().ifPresent(connection -> connection.close());
      }
    }
  }

  /** Rolls all back: the driver stops. */
  synchronized void closeAll() {
    open.values().forEach(entry -> entry.transaction().connection().ifPresent(c -> c.close()));
    open.clear();
  }

  private static DuckherderException unknown() {
    return new DuckherderException(
        StandardErrorCode.INVALID_QUERY,
        "The transaction is not open: it was ended, or was idle for too long");
  }
}

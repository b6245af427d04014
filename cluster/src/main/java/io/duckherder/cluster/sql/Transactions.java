package io.duckherder.cluster.sql;

import com.google.protobuf.ByteString;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.Snapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Transactions that Flight SQL clients open by action rather than by BEGIN. Each reads the snapshot
 * that was current when it began. Safe for use by many threads.
 */
final class Transactions {
  private final Clock clock;
  private final Duration timeout;

  /** Guarded by this. */
  private final Map<ByteString, Open> open = new HashMap<>();

  private record Open(Snapshot snapshot, Instant lastUsed) {}

  /**
   * @param timeout idle time after which a transaction ends
   */
  Transactions(Clock clock, Duration timeout) {
    this.clock = clock;
    this.timeout = timeout;
  }

  synchronized ByteString begin(Snapshot snapshot) {
    Instant limit = clock.instant().minus(timeout);
    open.values().removeIf(transaction -> transaction.lastUsed().isBefore(limit));
    ByteString id = ByteString.copyFromUtf8(UUID.randomUUID().toString());
    open.put(id, new Open(snapshot, clock.instant()));
    return id;
  }

  synchronized void end(ByteString id) {
    if (open.remove(id) == null) {
      throw unknown();
    }
  }

  /** The snapshot of a transaction; an empty id stands for none. */
  synchronized Optional<Snapshot> find(ByteString id) {
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Open transaction = open.get(id);
    if (transaction == null) {
      throw unknown();
    }
    open.put(id, new Open(transaction.snapshot(), clock.instant()));
    return Optional.of(transaction.snapshot());
  }

  private static DuckherderException unknown() {
    return new DuckherderException(
        StandardErrorCode.INVALID_QUERY,
        "The transaction is not open: it was ended, or was idle for too long");
  }
}

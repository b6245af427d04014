package io.duckherder.cluster.sql;

import com.google.protobuf.ByteString;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.arrow.flight.FlightStream;

/**
 * Prepared statements by the handles that clients hold. The text is planned again for each run,
 * with the values that were bound last. Safe for use by many threads.
 */
final class PreparedStatements {
  private static final int MOST_PARAMETER_ROWS = 100_000;

  private final Clock clock;
  private final Duration timeout;

  /** Guarded by this. */
  private final Map<ByteString, Prepared> statements = new HashMap<>();

  /** Guarded by this: when each handle was used last. */
  private final Map<ByteString, Instant> used = new HashMap<>();

  /**
   * A statement with the values bound to it.
   *
   * @param sql its text
   * @param transaction the transaction that it was prepared in
   * @param rows parameter values as SQL, row by row; empty before any are bound
   */
  record Prepared(String sql, Optional<OpenTransaction> transaction, List<List<String>> rows) {
    Prepared {
      rows = List.copyOf(rows);
    }

    /** The one row of values of a query. */
    List<String> single() {
      if (rows.size() > 1) {
        throw new DuckherderException(
            StandardErrorCode.UNSUPPORTED,
            "Cannot run a query for %d rows of parameters at once; run it for each"
                .formatted(rows.size()));
      }
      return rows.isEmpty() ? List.of() : rows.get(0);
    }
  }

  /**
   * @param timeout time after which an unused statement is forgotten
   */
  PreparedStatements(Clock clock, Duration timeout) {
    this.clock = clock;
    this.timeout = timeout;
  }

  synchronized ByteString add(String sql, Optional<OpenTransaction> transaction) {
    forgetOld();
    ByteString handle = ByteString.copyFromUtf8(UUID.randomUUID().toString());
    statements.put(handle, new Prepared(sql, transaction, List.of()));
    used.put(handle, clock.instant());
    return handle;
  }

  synchronized Prepared get(ByteString handle) {
    Prepared prepared = statements.get(handle);
    if (prepared == null) {
      throw new DuckherderException(
          StandardErrorCode.OBJECT_NOT_FOUND,
          "The prepared statement is closed, or was unused for too long; prepare it again");
    }
    used.put(handle, clock.instant());
    return prepared;
  }

  /** Reads values from a client's stream and binds them. */
  Prepared bind(ByteString handle, FlightStream values) {
    List<List<String>> rows = new ArrayList<>();
    while (values.next()) {
      for (int row = 0; row < values.getRoot().getRowCount(); row++) {
        rows.add(ParameterValues.row(values.getRoot(), row));
      }
      if (rows.size() > MOST_PARAMETER_ROWS) {
        throw new DuckherderException(
            StandardErrorCode.UNSUPPORTED,
            "Cannot bind more than %d rows of parameters at once".formatted(MOST_PARAMETER_ROWS));
      }
    }
    Prepared before = get(handle);
    Prepared bound = new Prepared(before.sql(), before.transaction(), rows);
    synchronized (this) {
      statements.put(handle, bound);
    }
    return bound;
  }

  synchronized void close(ByteString handle) {
    statements.remove(handle);
    used.remove(handle);
  }

  private synchronized void forgetOld() {
    Instant limit = clock.instant().minus(timeout);
    used.values().removeIf(at -> at.isBefore(limit));
    statements.keySet().retainAll(used.keySet());
  }
}

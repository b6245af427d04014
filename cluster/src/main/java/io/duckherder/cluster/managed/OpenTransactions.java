package io.duckherder.cluster.managed;

import io.duckherder.cluster.session.LocalConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transactions that clients opened on the live databases. Safe for use by many threads. */
public final class OpenTransactions {
  private static final Logger log = LoggerFactory.getLogger(OpenTransactions.class);

  private final Clock clock;
  private final Map<LocalConnection, Opened> open = new ConcurrentHashMap<>();

  /**
   * One of them.
   *
   * @param owner who has it open
   * @param since when it was begun
   */
  public record Opened(String owner, Instant since) {}

  OpenTransactions(Clock clock) {
    this.clock = clock;
  }

  /** Notes that a transaction was begun on a connection. */
  public void begun(LocalConnection connection, String owner) {
    open.put(connection, new Opened(owner, clock.instant()));
  }

  /** Notes that a statement which is a transaction of its own begins; {@link #ended} follows. */
  public void running(LocalConnection connection, String owner) {
    if (!connection.inTransaction()) {
      begun(connection, owner);
    }
  }

  /** Notes that a statement has ended, and its transaction if it was one. */
  public void ended(LocalConnection connection) {
    if (!connection.inTransaction()) {
      open.remove(connection);
    }
  }

  /** Those that are open, the oldest first. */
  public List<Opened> list() {
    List<Opened> list = new ArrayList<>();
    open.forEach(
        (connection, opened) -> {
          if (connection.isOpen()) {
            list.add(opened);
          }
        });
    list.sort((one, other) -> one.since().compareTo(other.since()));
    return list;
  }

  /** Forgets what has ended, and rolls back what is too old if that is wanted. */
  void tidy(Duration limit, boolean end) {
    Instant oldest = clock.instant().minus(limit);
    open.forEach(
        (connection, opened) -> {
          if (!connection.isOpen()) {
            open.remove(connection, opened);
          } else if (end && opened.since().isBefore(oldest)) {
            connection.endOverdue();
            log.warn(
                "Rolled back the transaction of {}: open for longer than {}",
                opened.owner(),
                limit);
          }
        });
  }
}

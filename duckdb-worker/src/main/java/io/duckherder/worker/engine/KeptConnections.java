package io.duckherder.worker.engine;

import io.duckherder.session.SessionSettings;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of an instance that wait for the next small statement. They hold no lease: when
 * the instance closes its files, they are closed before. Safe for use by many threads.
 */
final class KeptConnections {
  private static final Logger log = LoggerFactory.getLogger(KeptConnections.class);
  private static final int MOST = 32;

  /** The last used first. Guarded by this. */
  private final ArrayDeque<KeptConnection> waiting = new ArrayDeque<>();

  /** A connection of exactly these settings, if one waits. */
  synchronized Optional<KeptConnection> take(SessionSettings settings) {
    for (Iterator<KeptConnection> each = waiting.iterator(); each.hasNext(); ) {
      KeptConnection connection = each.next();
      if (connection.settings().equals(settings)) {
        each.remove();
        return Optional.of(connection);
      }
    }
    return Optional.empty();
  }

  /** Keeps a connection whose last statement ended well; the longest unused gives way. */
  void give(KeptConnection connection) {
    KeptConnection unused;
    synchronized (this) {
      waiting.push(connection);
      unused = waiting.size() > MOST ? waiting.removeLast() : null;
    }
    if (unused != null) {
      close(unused);
    }
  }

  synchronized int size() {
    return waiting.size();
  }

  /** Closes those that wait. */
  synchronized void closeAll() {
    waiting.forEach(KeptConnections::close);
    waiting.clear();
  }

  static void close(KeptConnection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      log.warn("Cannot close a connection: {}", e.getMessage());
    }
  }
}

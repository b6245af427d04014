package io.duckherder.worker.engine;

import io.duckherder.session.SessionSettings;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.duckdb.DuckDBConnection;

/**
 * A connection that runs small statements of one kind of session, one after the other, and keeps
 * those prepared that come again. It must never run a statement that leaves anything behind: no
 * other session would find it as a new connection is. For one thread at a time.
 */
final class KeptConnection {
  private static final int MOST_STATEMENTS = 32;

  private final DuckDBConnection connection;
  private final SessionSettings settings;

  /** The last used at the end. */
  private final Map<String, KeptStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

  private KeptConnection(DuckDBConnection connection, SessionSettings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  /** A new connection to an instance that the caller holds open. */
  static KeptConnection open(SnapshotInstance instance, SessionSettings settings)
      throws SQLException {
    DuckDBConnection connection = instance.connect();
    try (Statement statement = connection.createStatement()) {
      // The rows are few, and unstreamed an error keeps its message.
      statement.execute("SET SESSION jdbc_stream_results = false");
      settings.applyTo(connection);
      return new KeptConnection(connection, settings);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  DuckDBConnection jdbc() {
    return connection;
  }

  SessionSettings settings() {
    return settings;
  }

  /** The statement of a text, prepared now or before. */
  KeptStatement statement(String sql, boolean keep) throws SQLException {
    KeptStatement known = statements.get(sql);
    if (known != null) {
      return known;
    }
    KeptStatement made = KeptStatement.of(connection, sql);
    if (keep) {
      statements.put(sql, made);
      if (statements.size() > MOST_STATEMENTS) {
        statements.remove(statements.keySet().iterator().next()).prepared().close();
      }
    }
    return made;
  }

  void close() throws SQLException {
    connection.close();
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.session.Session;
import io.duckherder.cluster.sql.ClassifiedStatement.LocalWrite;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * Statements that make, fill and drop temporary objects. They run on a connection of the driver's
 * engine that belongs to the session, where DuckDB refuses whatever is not temporary.
 */
final class LocalWrites {
  private final DuckDBEngine engine;

  LocalWrites(DuckDBEngine engine) {
    this.engine = engine;
  }

  /**
   * Runs one.
   *
   * @param parameters values as SQL, empty if the statement has none
   * @return the rows that it changed
   */
  long run(LocalWrite write, List<String> parameters, StatementContext context) {
    LocalConnection local = connection(write, context);
    try (Statement statement = local.acquire().jdbc().createStatement()) {
      if (parameters.isEmpty()) {
        statement.execute(write.sql());
      } else {
        statement.execute("PREPARE duckherder_write AS " + write.sql());
        statement.execute("EXECUTE duckherder_write(" + String.join(", ", parameters) + ")");
      }
      return Math.max(0, statement.getLargeUpdateCount());
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    } finally {
      local.release();
    }
  }

  private LocalConnection connection(LocalWrite write, StatementContext context) {
    Optional<LocalConnection> local = context.local();
    if (local.isPresent()) {
      return local.get();
    }
    if (!write.creates()) {
      throw StatementClassifier.readOnly(write.keyword());
    }
    Session session = context.cookie().require(write.keyword());
    EngineConnection made = engine.connect(context.snapshot(), session.settings());
    if (session.transaction().isPresent()) {
      begin(made);
    }
    return session.local(LocalConnection.ofSnapshot(made));
  }

  /** A connection that is made within a transaction takes part in it. */
  private static void begin(EngineConnection connection) {
    try (Statement statement = connection.jdbc().createStatement()) {
      statement.execute("BEGIN");
    } catch (SQLException e) {
      connection.close();
      throw DuckDBErrors.translate(e);
    }
  }
}

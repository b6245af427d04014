package io.duckherder.cluster.sql;

import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.session.Session;
import io.duckherder.cluster.session.WrittenTables;
import io.duckherder.cluster.sql.ClassifiedStatement.LocalWrite;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.wire.BatchStream;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

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
    return run(
        connection(write, context),
        context,
        connection -> ParameterizedWrite.run(connection, write.sql(), parameters, context));
  }

  /**
   * Runs one for each row of values, all as one transaction.
   *
   * @return the rows that it changed
   */
  long runAll(
      LocalWrite write, List<List<String>> first, ParameterRows more, StatementContext context) {
    return run(
        connection(write, context),
        context,
        connection -> ParameterizedWrite.runAll(connection, write.sql(), first, more, context));
  }

  /**
   * Takes the rows of a client's stream into a temporary table.
   *
   * @return the rows that came
   */
  long ingest(IngestTarget target, BatchStream stream, StatementContext context) {
    return run(
        connection(new LocalWrite(target.toString(), "CREATE TEMP", true), context),
        context,
        connection ->
            engine.ingest(connection, target.sql(connection), stream, context.interrupt()));
  }

  /** As a transaction, unless the session has one open, of which its connection is a part. */
  private static long run(
      LocalConnection local, StatementContext context, ToLongFunction<EngineConnection> work) {
    if (context.session().flatMap(Session::transaction).isEmpty()) {
      return local.run(
          WrittenTables.NONE,
          work::applyAsLong,
          changed -> {},
          (written, commit) -> commit.run(),
          context.interrupt());
    }
    EngineConnection connection = local.acquire();
    try {
      return work.applyAsLong(connection);
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

package io.duckherder.worker.staging;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlText;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitRecord;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.CommitStep;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import io.duckherder.worker.engine.StatementInterrupt;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Runs what a write changes, within a transaction that is the caller's to commit.
 *
 * <p>The database itself remembers each write, in the table {@code duckherder.writes}: the row
 * becomes visible with the changes or not at all. A write that is asked for again, since its answer
 * was lost, finds its row and changes nothing; if the first is not through yet, its row is a
 * conflict.
 *
 * <p>The row of a write is forgotten after a week: nobody asks for it again for longer than some
 * minutes. That of a stream in a table is not, since a stream may go on after any time.
 */
public final class StagedCommit {
  /** The schema of a database in which this table is. */
  public static final String SCHEMA = "duckherder";

  /** The table that remembers writes. */
  public static final String TABLE = "writes";

  private static final String OLD = "FROM %s WHERE epoch = 0 AND written < now() - INTERVAL 7 DAYS";

  private final DuckDBEngine engine;

  /**
   * Commits by means of an engine.
   *
   * @param engine gives rows to DuckDB; the connections may be of another
   */
  public StagedCommit(DuckDBEngine engine) {
    this.engine = engine;
  }

  /**
   * Runs a write.
   *
   * @param staged opens the rows that it takes
   * @param check fails if what the write was worked out on has changed; run once the transaction
   *     sees the database
   */
  public CommitAnswer run(
      EngineConnection connection,
      CommitRequest request,
      Supplier<BatchStream> staged,
      Runnable check,
      StatementInterrupt interrupt) {
    if (!remember(connection, request.record(), interrupt)) {
      return new CommitAnswer(true, List.of(), OptionalLong.empty());
    }
    check.run();
    List<Long> rows = new ArrayList<>();
    for (CommitStep step : request.steps()) {
      long changed = run(connection, request, step, staged, interrupt);
      if (step.expected().isPresent() && step.expected().getAsLong() != changed) {
        throw new DuckherderException(
            StandardErrorCode.TRANSACTION_CONFLICT,
            "Cannot commit write %s: %d of the %d rows that it changes are there; run it again"
                .formatted(request.record().id(), changed, step.expected().getAsLong()));
      }
      rows.add(changed);
    }
    return new CommitAnswer(false, rows, OptionalLong.empty());
  }

  private long run(
      EngineConnection connection,
      CommitRequest request,
      CommitStep step,
      Supplier<BatchStream> staged,
      StatementInterrupt interrupt) {
    if (!step.readsStaged()) {
      return interrupt.run(connection, step.sql());
    }
    if (request.parts().isEmpty()) {
      return 0;
    }
    step.columns()
        .ifPresent(
            columns ->
                columns.requireUnchanged(
                    types(connection, columns.query(request.record().database()))));
    try (BatchStream rows = staged.get()) {
      return engine.change(connection, step.sql(), rows, interrupt);
    }
  }

  /**
   * The types of columns as this transaction sees them. If they are changed after it began, DuckDB
   * takes no rows of it.
   */
  private static Map<String, String> types(EngineConnection connection, String query) {
    Map<String, String> types = new HashMap<>();
    try (Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        types.put(result.getString(1), result.getString(2));
      }
      return types;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** Whether a write is new; then it is remembered. */
  private static boolean remember(
      EngineConnection connection, CommitRecord write, StatementInterrupt interrupt) {
    String table = SqlText.qualified(write.database(), SCHEMA, TABLE);
    String id = SqlText.literal(write.id());
    if (!exists(
        connection,
        "FROM system.main.duckdb_tables() WHERE database_name = %s AND schema_name = '%s' AND table_name = '%s'"
            .formatted(SqlText.literal(write.database()), SCHEMA, TABLE))) {
      makeTable(connection, write.database(), interrupt);
    } else {
      write.formerId().ifPresent(former -> takeOver(connection, write, former, interrupt));
      if (exists(
          connection,
          "FROM %s WHERE id = %s AND epoch >= %d".formatted(table, id, write.epoch()))) {
        return false;
      }
      if (write.epoch() > 0
          && interrupt.run(
                  connection,
                  "UPDATE %s SET epoch = %d, written = now() WHERE id = %s"
                      .formatted(table, write.epoch(), id))
              > 0) {
        return true;
      }
    }
    interrupt.run(
        connection, "INSERT INTO %s VALUES (%s, %d, now())".formatted(table, id, write.epoch()));
    return true;
  }

  private static void makeTable(
      EngineConnection connection, String database, StatementInterrupt interrupt) {
    interrupt.run(connection, "CREATE SCHEMA IF NOT EXISTS " + SqlText.qualified(database, SCHEMA));
    interrupt.run(
        connection,
        "CREATE TABLE %s (id VARCHAR PRIMARY KEY, epoch BIGINT NOT NULL, written TIMESTAMPTZ NOT NULL)"
            .formatted(SqlText.qualified(database, SCHEMA, TABLE)));
  }

  /**
   * Gives a stream's row of the former kind to the table that the stream writes now. Such a row
   * does not tell which table its epochs are in. It goes to the first table in which the stream
   * goes on where the row stands: with the row's epoch, which is what a restart runs again and what
   * then counts as done, or with the next. So a stream that simply goes on neither loses an epoch
   * nor writes it twice. Streams of another table, with a copy of the checkpoint, are new to the
   * database from then on, as are those that stand elsewhere. If one of them is first, and with
   * just that epoch, nobody can tell that it has not written it.
   */
  private static void takeOver(
      EngineConnection connection,
      CommitRecord write,
      String former,
      StatementInterrupt interrupt) {
    String table = SqlText.qualified(write.database(), SCHEMA, TABLE);
    String id = SqlText.literal(write.id());
    String row =
        "id = %s AND epoch BETWEEN %d AND %d"
            .formatted(SqlText.literal(former), write.epoch() - 1, write.epoch());
    if (exists(connection, "FROM %s WHERE %s".formatted(table, row))
        && !exists(connection, "FROM %s WHERE id = %s".formatted(table, id))) {
      interrupt.run(connection, "UPDATE %s SET id = %s WHERE %s".formatted(table, id, row));
    }
  }

  /**
   * Forgets the writes of a database that were long ago: a transaction of its own, where others
   * write meanwhile, since two that forget the same are in each other's way.
   *
   * @return how many were forgotten
   */
  public static long forgetOld(
      EngineConnection connection, String database, StatementInterrupt interrupt) {
    String old = OLD.formatted(SqlText.qualified(database, SCHEMA, TABLE));
    return exists(connection, old) ? interrupt.run(connection, "DELETE " + old) : 0;
  }

  private static boolean exists(EngineConnection connection, String from) {
    try (Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) " + from)) {
      result.next();
      return result.getLong(1) > 0;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

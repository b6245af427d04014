package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.plan.ResultColumn;
import io.duckherder.snapshot.Snapshot;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A lease of a DuckDB, of a snapshot or the live one: a connection with a session's settings. As
 * long as it is open, so are the files. For one thread at a time.
 */
public final class EngineConnection implements AutoCloseable {
  private final DuckDBConnection connection;
  private final Snapshot snapshot;
  private final InstanceHealth instance;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean streaming = true;

  EngineConnection(
      DuckDBConnection connection, Snapshot snapshot, InstanceHealth instance, Runnable release) {
    this.connection = connection;
    this.snapshot = snapshot;
    this.instance = instance;
    this.release = release;
  }

  /** The DuckDB connection; closing it is left to this lease. */
  public DuckDBConnection jdbc() {
    return connection;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** Whether its DuckDB takes no more statements, as far as is known. */
  boolean isBroken() {
    return instance.isBroken();
  }

  /** Whether its DuckDB takes statements, looked at now: another one may have broken it. */
  public boolean works() {
    return instance.works();
  }

  /** Whether DuckDB hands out a result's rows as they are made, or all at once. */
  void streamResults(boolean wanted) {
    if (streaming != wanted) {
      execute("SET SESSION jdbc_stream_results = " + wanted);
      streaming = wanted;
    }
  }

  /** Runs a statement whose rows, if it has some, are of no interest. */
  public long execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return Math.max(0, statement.getLargeUpdateCount());
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** The columns of a statement, which is prepared and not run. */
  public List<ResultColumn> columns(String sql) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return columns(statement);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  static List<ResultColumn> columns(PreparedStatement statement) throws SQLException {
    return columns(statement.getMetaData());
  }

  static List<ResultColumn> columns(@Nullable ResultSetMetaData metadata) throws SQLException {
    List<ResultColumn> columns = new ArrayList<>();
    for (int i = 1; metadata != null && i <= metadata.getColumnCount(); i++) {
      columns.add(new ResultColumn(metadata.getColumnName(i), metadata.getColumnTypeName(i)));
    }
    return columns;
  }

  /** Fails if a file is no longer the one that was opened. */
  void requireUnchanged() {
    instance.requireUnchanged(snapshot);
  }

  /** Ends the lease. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      connection.close();
    } catch (SQLException e) {
      throw closeFailure(e);
    } finally {
      release.run();
    }
  }

  private static DuckherderException closeFailure(SQLException e) {
    return DuckDBErrors.translate(e);
  }
}

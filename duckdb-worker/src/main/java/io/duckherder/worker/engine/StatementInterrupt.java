package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements that give no rows, and stops them when asked. An interrupt that comes while
 * DuckDB is between two calls is lost; so it is repeated until the statements are through.
 */
final class StatementInterrupt implements AutoCloseable {
  private static final long AGAIN_MILLIS = 50;

  private final ScheduledExecutorService timer;
  private volatile boolean cancelled;

  /** Guarded by this. */
  private @Nullable Statement running;

  StatementInterrupt(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /**
   * Runs a statement to its end.
   *
   * @return the rows that it changed
   */
  long run(DuckDBConnection connection, String sql) {
    keepErrors(connection);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      begin(statement);
      try {
        statement.execute();
        return statement.getLargeUpdateCount();
      } finally {
        end();
      }
    } catch (SQLException e) {
      throw cancelled ? cancelledFailure(e) : DuckDBErrors.translate(e);
    }
  }

  /** Of a statement that fails while it may stream its rows the driver loses DuckDB's error. */
  private static void keepErrors(DuckDBConnection connection) {
    try (Statement setting = connection.createStatement()) {
      setting.execute("SET SESSION jdbc_stream_results = false");
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  boolean cancelled() {
    return cancelled;
  }

  void requireNotCancelled() {
    if (cancelled) {
      throw cancelledFailure(null);
    }
  }

  /** Stops what runs, and lets nothing start. Does not block. */
  void cancel() {
    if (!cancelled) {
      cancelled = true;
      interrupt();
    }
  }

  @Override
  public void close() {
    end();
  }

  static DuckherderException cancelledFailure(@Nullable Throwable cause) {
    return new DuckherderException(
        StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", cause);
  }

  private synchronized void begin(Statement statement) {
    requireNotCancelled();
    running = statement;
  }

  private synchronized void end() {
    running = null;
  }

  private synchronized void interrupt() {
    if (running == null) {
      return;
    }
    try {
      running.cancel();
      timer.schedule(this::interrupt, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (SQLException | RejectedExecutionException e) {
      // The statement or the engine ended by itself: nothing is left to stop.
    }
  }
}

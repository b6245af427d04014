package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a statement takes, step by step, and stops it when asked. An interrupt that comes while
 * DuckDB is between two calls is lost; so it is repeated until the step is through.
 */
public final class StatementInterrupt implements AutoCloseable {
  private static final long AGAIN_MILLIS = 50;

  private final ScheduledExecutorService timer;
  private volatile boolean cancelled;

  /** Guarded by this. */
  private @Nullable Stop running;

  /** Stops a step; does not block. */
  private interface Stop {
    void stop() throws SQLException;
  }

  StatementInterrupt(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /**
   * Runs a statement to its end.
   *
   * @return the rows that it changed
   */
  long run(DuckDBConnection connection, String sql) {
    return run(connection, sql, () -> {});
  }

  /**
   * Runs a statement to its end.
   *
   * @param alsoStop stops what the statement waits for; does not block
   * @return the rows that it changed
   */
  long run(DuckDBConnection connection, String sql, Runnable alsoStop) {
    keepErrors(connection);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return step(
          () -> {
            alsoStop.run();
            statement.cancel();
          },
          () -> {
            statement.execute();
            return statement.getLargeUpdateCount();
          });
    } catch (SQLException e) {
      throw cancelled ? cancelledFailure(e) : DuckDBErrors.translate(e);
    }
  }

  /**
   * Runs a statement to its end.
   *
   * @return the rows that it changed
   */
  public long run(EngineConnection connection, String sql) {
    connection.streamResults(false);
    try (Statement statement = connection.jdbc().createStatement()) {
      return step(
          statement::cancel,
          () -> {
            statement.execute(sql);
            return Math.max(0, statement.getLargeUpdateCount());
          });
    } catch (SQLException e) {
      throw cancelled ? cancelledFailure(e) : DuckDBErrors.translate(e);
    }
  }

  /** Reads a stream, which is cancelled when this is. */
  public <T> T reading(BatchStream stream, Supplier<T> work) {
    try {
      return step(stream::cancel, work::get);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** Waits for something on this thread, whose wait is interrupted when this is. */
  public <T> T waiting(Supplier<T> work) {
    try {
      return step(Thread.currentThread()::interrupt, work::get);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    } finally {
      if (cancelled) {
        // The interrupt was meant for the wait alone.
        Thread.interrupted();
      }
    }
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  private <T> T step(Stop stop, Work<T> work) throws SQLException {
    begin(stop);
    try {
      return work.run();
    } finally {
      end();
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

  /** Whether it was cancelled. */
  public boolean cancelled() {
    return cancelled;
  }

  /** Fails if it was cancelled. */
  public void requireNotCancelled() {
    if (cancelled) {
      throw cancelledFailure(null);
    }
  }

  /** Stops what runs, and lets nothing start. Does not block. */
  public void cancel() {
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

  private synchronized void begin(Stop step) {
    requireNotCancelled();
    running = step;
  }

  private synchronized void end() {
    running = null;
  }

  private synchronized void interrupt() {
    if (running == null) {
      return;
    }
    try {
      running.stop();
      timer.schedule(this::interrupt, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (SQLException | RejectedExecutionException e) {
      // The statement or the engine ended by itself: nothing is left to stop.
    }
  }
}

package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.wire.BatchStream;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A statement's rows, straight from DuckDB's C stream. DuckDB runs ahead of the reader by its
 * streaming buffer and no further, so an unread stream costs bounded memory and no time.
 *
 * <p>An interrupt that comes while DuckDB is between two calls is lost; so {@link #cancel} repeats
 * it until the stream is closed.
 */
final class EngineStream implements BatchStream {
  private static final long INTERRUPT_AGAIN_MILLIS = 50;
  private static final String HELD_TABLE = "temp.duckherder_held_result";

  /** How Arrow's C data interface wraps the error of a stream. */
  private static final Pattern NATIVE_ERROR =
      Pattern.compile(".*CDataJniException\\{errno=-?\\d+, message=(.*)}", Pattern.DOTALL);

  private static final String LOST_ERROR = "Invalid result set";

  private final EngineConnection connection;
  private final String sql;
  private final RowForm form;
  private final ArrowExport export;
  private final ToIntFunction<List<ResultColumn>> batchRows;
  private final StreamAllocators allocators;
  private final BufferAllocator allocator;
  private final ScheduledExecutorService timer;
  private final Runnable onClose;

  private volatile @Nullable PreparedStatement statement;
  private @Nullable ArrowReader reader;
  private volatile boolean cancelled;
  private long workNanos;

  /** Guarded by this, with the connection's end. */
  private boolean closed;

  EngineStream(
      EngineConnection connection,
      String sql,
      RowForm form,
      ArrowExport export,
      ToIntFunction<List<ResultColumn>> batchRows,
      StreamAllocators allocators,
      ScheduledExecutorService timer,
      Runnable onClose) {
    this.connection = connection;
    this.sql = sql;
    this.form = form;
    this.export = export;
    this.batchRows = batchRows;
    this.allocators = allocators;
    this.allocator = allocators.open();
    this.timer = timer;
    this.onClose = onClose;
  }

  @Override
  public Schema schema() {
    return root().getSchema();
  }

  @Override
  public VectorSchemaRoot root() {
    try {
      return reader().getVectorSchemaRoot();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public boolean next() {
    if (loadNext(reader())) {
      return true;
    }
    if (cancelled) {
      throw cancelledFailure(null);
    }
    connection.requireUnchanged();
    return false;
  }

  private boolean loadNext(ArrowReader from) {
    long began = System.nanoTime();
    try {
      return from.loadNextBatch();
    } catch (IOException e) {
      throw failure(e);
    } finally {
      workNanos += System.nanoTime() - began;
    }
  }

  @Override
  public long workNanos() {
    return workNanos;
  }

  @Override
  public void cancel() {
    if (!cancelled) {
      cancelled = true;
      interrupt();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      closeReader();
    } finally {
      try {
        onClose.run();
      } finally {
        allocators.retire(allocator);
      }
    }
  }

  private ArrowReader reader() {
    if (reader == null) {
      long began = System.nanoTime();
      reader = start();
      workNanos += System.nanoTime() - began;
    }
    return reader;
  }

  private ArrowReader start() {
    try {
      String text = sql;
      PreparedStatement prepared = prepare(text);
      List<ResultColumn> columns = EngineConnection.columns(prepared);
      if (columns.stream().anyMatch(column -> column.type().equals("UNKNOWN"))) {
        text = hold(text);
        prepared = prepare(text);
        columns = EngineConnection.columns(prepared);
      }
      String exported = form.apply(text, columns);
      if (!exported.equals(text)) {
        prepared.close();
        prepared = prepare(exported);
      }
      if (cancelled) {
        throw cancelledFailure(null);
      }
      ResultSet result = execute(prepared, exported);
      return export.open(connection.jdbc(), result, batchRows.applyAsInt(columns), allocator);
    } catch (SQLException e) {
      throw cancelled ? cancelledFailure(e) : DuckDBErrors.translate(e);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private PreparedStatement prepare(String text) throws SQLException {
    PreparedStatement prepared = connection.jdbc().prepareStatement(text);
    statement = prepared;
    return prepared;
  }

  /**
   * Executes. Where a streamed statement fails before its first row, the driver loses DuckDB's
   * error; then the statement is run again unstreamed, which gives the error, or the rows.
   */
  private ResultSet execute(PreparedStatement prepared, String text) throws SQLException {
    try {
      return prepared.executeQuery();
    } catch (SQLException e) {
      if (cancelled || !String.valueOf(e.getMessage()).contains(LOST_ERROR)) {
        throw e;
      }
      streamResults(false);
      try {
        return prepare(text).executeQuery();
      } finally {
        streamResults(true);
      }
    }
  }

  private void streamResults(boolean stream) throws SQLException {
    try (Statement setting = connection.jdbc().createStatement()) {
      setting.execute("SET SESSION jdbc_stream_results = " + stream);
    } catch (SQLException e) {
      if (!DuckDBErrors.isShutDown(String.valueOf(e.getMessage()))) {
        throw e;
      }
      // It is the statement that broke DuckDB: not to be tried elsewhere.
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Runs a statement whose columns are known only then (a PIVOT that lists no values) into a
   * temporary table.
   *
   * @return the statement that reads it
   */
  private String hold(String text) throws SQLException {
    try (PreparedStatement create =
        prepare("CREATE OR REPLACE TEMP TABLE " + HELD_TABLE + " AS " + text)) {
      create.execute();
    }
    return "FROM " + HELD_TABLE;
  }

  private void closeReader() {
    try {
      if (reader != null) {
        reader.close();
      }
      if (statement != null) {
        statement.close();
      }
    } catch (IOException | SQLException e) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR, "Cannot close a DuckDB result: " + e.getMessage(), e);
    }
  }

  private synchronized void interrupt() {
    if (closed) {
      return;
    }
    try {
      PreparedStatement running = statement;
      if (running != null) {
        running.cancel();
      }
      timer.schedule(this::interrupt, INTERRUPT_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (SQLException | RejectedExecutionException e) {
      // The statement or the engine ended by itself: nothing is left to stop.
    }
  }

  private DuckherderException failure(IOException e) {
    if (cancelled) {
      return cancelledFailure(e);
    }
    String message = String.valueOf(e.getMessage());
    Matcher wrapped = NATIVE_ERROR.matcher(message);
    return DuckDBErrors.translate(wrapped.matches() ? wrapped.group(1) : message, e);
  }

  private static DuckherderException cancelledFailure(@Nullable Throwable cause) {
    return new DuckherderException(
        StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", cause);
  }
}

package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.session.SessionSettings;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * Runs small statements to their end, on the caller's thread and on connections that are kept. The
 * caller vouches that a statement leaves nothing behind on its connection. Safe for use by many
 * threads.
 */
final class SmallStatements implements AutoCloseable {
  private static final long WATCH_MILLIS = 50;

  private final ArrowExport export;
  private final StreamAllocators allocators;
  private final BufferAllocator allocator;
  private final ScheduledExecutorService timer;
  private final Set<SmallRun> running = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean watched = new AtomicBoolean();

  SmallStatements(ArrowExport export, StreamAllocators allocators, ScheduledExecutorService timer) {
    this.export = export;
    this.allocators = allocators;
    this.allocator = allocators.open();
    this.timer = timer;
  }

  /**
   * The rows of a statement.
   *
   * @param instance an instance that is held open
   * @param keep whether the statement is likely to come again
   * @return empty if it is not a small one
   */
  Optional<SmallResult> run(
      SnapshotInstance instance,
      SessionSettings settings,
      String sql,
      SmallLimits limits,
      boolean keep) {
    watch();
    KeptConnection connection = null;
    boolean clean = false;
    try {
      Optional<KeptConnection> kept = instance.keptConnections().take(settings);
      connection = kept.isPresent() ? kept.get() : KeptConnection.open(instance, settings);
      Optional<SmallResult> result = run(connection, sql, limits, keep);
      clean = result.isPresent();
      return result;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    } finally {
      if (connection != null) {
        if (clean) {
          instance.keptConnections().give(connection);
        } else {
          KeptConnections.close(connection);
        }
      }
    }
  }

  private Optional<SmallResult> run(
      KeptConnection connection, String sql, SmallLimits limits, boolean keep) throws SQLException {
    KeptStatement statement = connection.statement(sql, keep);
    SmallRun run = new SmallRun(statement.prepared(), System.nanoTime() + limits.time().toNanos());
    running.add(run);
    try (ResultSet result = statement.prepared().executeQuery();
        ArrowReader reader =
            export.open(connection.jdbc(), result, BatchSize.VECTOR_ROWS, allocator)) {
      return read(reader, statement, limits);
    } catch (IOException e) {
      throw DuckDBErrors.translate(String.valueOf(e.getMessage()), e);
    } finally {
      run.end();
      running.remove(run);
    }
  }

  private static Optional<SmallResult> read(
      ArrowReader reader, KeptStatement statement, SmallLimits limits) throws IOException {
    if (!reader.loadNextBatch()) {
      return Optional.of(
          new SmallResult(
              reader.getVectorSchemaRoot().getSchema(), statement.columns(), Optional.empty()));
    }
    ArrowRecordBatch batch = new VectorUnloader(reader.getVectorSchemaRoot()).getRecordBatch();
    boolean whole = false;
    try {
      whole = batch.computeBodyLength() <= limits.bytes() && !reader.loadNextBatch();
    } finally {
      if (!whole) {
        batch.close();
      }
    }
    return whole
        ? Optional.of(
            new SmallResult(
                reader.getVectorSchemaRoot().getSchema(), statement.columns(), Optional.of(batch)))
        : Optional.empty();
  }

  private void watch() {
    if (watched.compareAndSet(false, true)) {
      try {
        timer.scheduleWithFixedDelay(
            () -> running.forEach(SmallRun::interruptIfLate),
            WATCH_MILLIS,
            WATCH_MILLIS,
            TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        // The engine is closed, and runs nothing more.
      }
    }
  }

  @Override
  public void close() {
    allocators.retire(allocator);
  }
}

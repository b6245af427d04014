package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.plan.Fragment;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The embedded DuckDB of a worker, a driver or a Spark executor: one instance per snapshot, opened
 * READ_ONLY at the first use and closed when it was idle for a while, so that another program can
 * write the files.
 *
 * <p>Safe for use by many threads. Each stream and connection keeps its instance open until it is
 * closed; {@link #close} expects them to be closed before.
 */
public final class DuckDBEngine implements AutoCloseable {
  private final EngineConfig config;
  private final StreamAllocators allocators;
  private final ArrowExport export;
  private final OpenFiles files = new OpenFiles();
  private final ScheduledExecutorService timer;

  /** Guarded by this. */
  private final Map<Snapshot, SnapshotInstance> instances = new HashMap<>();

  /** Guarded by this. */
  private boolean closed;

  /**
   * An engine that opens nothing yet.
   *
   * @param allocator parent of the allocators of all streams; the caller's to close, after this
   */
  public DuckDBEngine(EngineConfig config, BufferAllocator allocator) {
    DriverVersion.require();
    this.config = config;
    this.allocators = new StreamAllocators(allocator);
    this.export = ArrowExport.forDriver();
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "duckherder-engine-timer");
              thread.setDaemon(true);
              return thread;
            });
  }

  public EngineConfig config() {
    return config;
  }

  /** Starts nothing yet: the fragment runs from the first call for its schema or rows on. */
  public BatchStream run(Fragment fragment) {
    EngineConnection connection = connect(fragment.snapshot(), fragment.sessionWithRange());
    return stream(connection, fragment.sql(), connection::close);
  }

  /**
   * The rows of a statement on a connection that stays the caller's, who uses it for nothing else
   * until the stream is closed.
   */
  public BatchStream stream(EngineConnection connection, String sql) {
    return stream(connection, sql, () -> {});
  }

  /** The Arrow schema that {@link #stream} would give for a statement, which is not run. */
  public Schema schema(EngineConnection connection, String sql) {
    return EngineSchema.of(this, connection, sql);
  }

  /** A connection to a snapshot, with a session's settings; the caller closes it. */
  public EngineConnection connect(Snapshot snapshot, SessionSettings settings) {
    SnapshotInstance instance = lease(snapshot);
    try {
      EngineConnection connection =
          new EngineConnection(instance.connect(), snapshot, () -> release(instance));
      try {
        settings.applyTo(connection.jdbc());
        return connection;
      } catch (RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      release(instance);
      throw DuckDBErrors.translate(e);
    }
  }

  /** Closes the files that nothing uses, now. */
  public synchronized void closeIdle() {
    instances
        .values()
        .removeIf(
            instance -> {
              boolean idle = instance.leases() == 0;
              if (idle) {
                instance.close();
              }
              return idle;
            });
  }

  /** Whether any database file is open. */
  public synchronized boolean holdsFiles() {
    return !instances.isEmpty();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      instances.values().forEach(SnapshotInstance::close);
      instances.clear();
    }
    timer.shutdownNow();
    allocators.close();
  }

  private BatchStream stream(EngineConnection connection, String sql, Runnable onClose) {
    return new EngineStream(
        connection, sql, export, config.batchRows(), allocators, timer, onClose);
  }

  private SnapshotInstance lease(Snapshot snapshot) {
    SnapshotInstance instance;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("The engine is closed");
      }
      instance = instances.computeIfAbsent(snapshot, s -> new SnapshotInstance(s, config, files));
      instance.addLease();
    }
    try {
      instance.open();
      return instance;
    } catch (RuntimeException e) {
      release(instance);
      throw e;
    }
  }

  private void release(SnapshotInstance instance) {
    long generation;
    synchronized (this) {
      generation = instance.dropLease();
      if (closed || instance.leases() > 0) {
        return;
      }
      if (config.idleTimeout().isZero() || !instance.isOpen()) {
        closeIfIdle(instance, generation);
        return;
      }
      timer.schedule(
          () -> closeIfIdle(instance, generation),
          config.idleTimeout().toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void closeIfIdle(SnapshotInstance instance, long generation) {
    if (instance.leases() == 0 && instance.generation() == generation) {
      instances.remove(instance.snapshot(), instance);
      instance.close();
    }
  }
}

package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.exchange.ExchangeForm;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.ResultColumn;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlScript;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded DuckDB of a worker, a driver or a Spark executor: one instance per snapshot, opened
 * READ_ONLY at the first use and closed when it was idle for a while, so that another program can
 * write the files.
 *
 * <p>Safe for use by many threads. Each stream and connection keeps its instance open until it is
 * closed; {@link #close} expects them to be closed before.
 */
public final class DuckDBEngine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DuckDBEngine.class);

  /** Other states of a managed database that stay open while nobody uses them. */
  private static final int OTHER_STATES = 1;

  private final EngineConfig config;
  private final SealedFiles sealedFiles;
  private final StreamAllocators allocators;
  private final ArrowExport export;
  private final ScheduledExecutorService timer;
  private final SmallStatements smallStatements;

  /** Instances that are looked at later, to be closed if they were idle. */
  private final Set<SnapshotInstance> awaited = ConcurrentHashMap.newKeySet();

  private final ExchangeStore exchange;

  /** Guarded by this. */
  private final Map<Snapshot, SnapshotInstance> instances = new HashMap<>();

  /** Broken instances that others took the place of, until they are closed. Guarded by this. */
  private final Set<SnapshotInstance> replaced = new HashSet<>();

  /** Guarded by this. */
  private boolean closed;

  /** An engine that opens nothing yet, and whose exchange reads from no other worker. */
  public DuckDBEngine(EngineConfig config, BufferAllocator allocator) {
    this(config, allocator, Peers.NONE, SealedFiles.NONE);
  }

  /**
   * An engine that opens nothing yet.
   *
   * @param allocator parent of the allocators of all streams; the caller's to close, after this
   * @param peers where its exchange reads what other workers keep
   * @param sealedFiles where it finds sealed snapshots; the caller's to close, after this
   */
  public DuckDBEngine(
      EngineConfig config, BufferAllocator allocator, Peers peers, SealedFiles sealedFiles) {
    DriverVersion.require();
    SpillFolder.sweep(config.spillDirectory());
    this.config = config;
    this.sealedFiles = sealedFiles;
    this.allocators = new StreamAllocators(allocator);
    this.export = ArrowExport.forDriver();
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "duckherder-engine-timer");
              thread.setDaemon(true);
              return thread;
            });
    this.smallStatements = new SmallStatements(export, allocators, timer);
    this.exchange = new ExchangeStore(this, peers, allocators, timer, config.exchangeTimeout());
  }

  public EngineConfig config() {
    return config;
  }

  /** Starts nothing yet: the fragment runs from the first call for its schema or rows on. */
  public BatchStream run(Fragment fragment) {
    return exchange.run(fragment);
  }

  /** The rows that queries keep here between their stages. */
  public ExchangeStore exchange() {
    return exchange;
  }

  /**
   * The rows of a statement on a connection that stays the caller's, who uses it for nothing else
   * until the stream is closed.
   */
  public BatchStream stream(EngineConnection connection, String sql) {
    connection.streamResults(true);
    return stream(connection, sql, ArrowForm::apply, () -> 0, () -> {});
  }

  /** The Arrow schema that {@link #streamWrite} would give for a statement, which is not run. */
  public Schema writeSchema(EngineConnection connection, String sql) {
    return schema(connection, ArrowForm.nulls(writeColumns(connection, sql)));
  }

  /**
   * The rows that a statement gives while it changes others. All of it is done by the time the
   * first row can be read.
   *
   * @param parameters values as SQL, one for each parameter of the statement
   */
  public BatchStream streamWrite(EngineConnection connection, String sql, List<String> parameters) {
    String text = ArrowForm.applyToWrite(sql, writeColumns(connection, sql));
    if (!parameters.isEmpty()) {
      connection.execute("PREPARE duckherder_write AS " + text);
      text = SqlScript.execute("duckherder_write", sql, parameters);
    }
    // Streamed, an error would lose its message, and the rows would come before the changes.
    connection.streamResults(false);
    return stream(connection, text, (statement, columns) -> statement, () -> 0, () -> {});
  }

  /** DuckDB describes no statement with parameters whose types it does not know. */
  private static List<ResultColumn> writeColumns(EngineConnection connection, String sql) {
    List<ResultColumn> columns = connection.columns(sql);
    return columns.stream().anyMatch(column -> column.type().equals("UNKNOWN"))
        ? connection.columns(SqlScript.withNulls(sql))
        : columns;
  }

  /** How the name of a stream reads in the statement of {@link #ingest}. */
  public static final String INGESTED = ArrowImport.VIEW;

  /**
   * Runs a statement that puts the rows of a client's stream somewhere: it reads {@link #INGESTED}
   * once, batch by batch as they come. A stream that fails makes the statement fail.
   *
   * @param stream stays the caller's to close
   * @return the rows that came
   */
  public long ingest(
      EngineConnection connection, String sql, BatchStream stream, StatementInterrupt interrupt) {
    return run(connection, sql, stream, interrupt).rows();
  }

  /**
   * The same.
   *
   * @return the rows that the statement changed
   */
  public long change(
      EngineConnection connection, String sql, BatchStream stream, StatementInterrupt interrupt) {
    return run(connection, sql, stream, interrupt).changed();
  }

  private ArrowImport.Imported run(
      EngineConnection connection, String sql, BatchStream stream, StatementInterrupt interrupt) {
    connection.streamResults(false);
    try {
      return new ArrowImport(connection.jdbc(), allocators)
          .run(sql, stream, interrupt, stream::cancel);
    } finally {
      dropIngested(connection);
    }
  }

  /** In a transaction that has failed it goes with the rollback. */
  private static void dropIngested(EngineConnection connection) {
    try {
      connection.execute("DROP VIEW IF EXISTS " + INGESTED);
    } catch (DuckherderException e) {
      log.debug("The view of a stream stays until the rollback: {}", e.getMessage());
    }
  }

  /** A way to stop what runs on connections of this engine, or on live ones. */
  public StatementInterrupt interrupt() {
    return new StatementInterrupt(timer);
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
          new EngineConnection(instance.connect(), snapshot, instance, () -> release(instance));
      try {
        settings.applyTo(connection.jdbc());
        return connection;
      } catch (RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      release(instance);
      if (instance.isBroken()) {
        return connect(snapshot, settings);
      }
      throw DuckDBErrors.translate(e);
    }
  }

  /**
   * The rows of a small statement, all at once, by a connection that may have run others. The
   * caller vouches that the statement leaves nothing behind there: it makes and sets nothing, and
   * calls nothing that does.
   *
   * @param keep whether the statement is likely to come again, and stays prepared
   * @return empty if it gives more than the limits allow
   */
  public Optional<SmallResult> runSmall(
      Snapshot snapshot, SessionSettings settings, String sql, SmallLimits limits, boolean keep) {
    SnapshotInstance instance = lease(snapshot);
    try {
      Optional<SmallResult> result = smallStatements.run(instance, settings, sql, limits, keep);
      try {
        instance.requireUnchanged(snapshot);
        return result;
      } catch (RuntimeException e) {
        result.ifPresent(SmallResult::close);
        throw e;
      }
    } catch (DuckherderException e) {
      if (!DuckDBErrors.isShutDown(e.text()) || instance.works()) {
        throw e;
      }
    } finally {
      release(instance);
    }
    // Another statement's fault: this one has not run.
    return runSmall(snapshot, settings, sql, limits, keep);
  }

  /**
   * The identity of a file as it is now. A file that this process has open is not opened again for
   * it: that would drop DuckDB's lock on it.
   */
  public static FileIdentity identify(Path file) {
    return OpenInstances.PROCESS.identify(file);
  }

  /** Whether an engine of this process has a file open at its path. */
  public static boolean hasOpen(Path file) {
    return OpenInstances.PROCESS.hasOpen(file);
  }

  /** Closes the files that nothing uses, now. */
  public synchronized void closeIdle() {
    instances.values().removeIf(OpenInstances.PROCESS::closeIfIdle);
    replaced.removeIf(OpenInstances.PROCESS::closeIfIdle);
  }

  /** Whether any database file is open. */
  public synchronized boolean holdsFiles() {
    return Stream.concat(instances.values().stream(), replaced.stream())
        .anyMatch(SnapshotInstance::isOpen);
  }

  @Override
  public void close() {
    exchange.close();
    synchronized (this) {
      closed = true;
      instances.values().forEach(OpenInstances.PROCESS::close);
      instances.clear();
      replaced.forEach(OpenInstances.PROCESS::close);
      replaced.clear();
    }
    timer.shutdownNow();
    smallStatements.close();
    allocators.close();
  }

  EngineConnection connect(Fragment fragment) {
    return connect(fragment.snapshot(), fragment.sessionWithRange());
  }

  /** The rows of a fragment that has no part in an exchange. */
  BatchStream stream(Fragment fragment) {
    return stream(connect(fragment), fragment);
  }

  /** The rows of a fragment; the connection is the stream's to close. */
  private BatchStream stream(EngineConnection connection, Fragment fragment) {
    return stream(connection, fragment, () -> 0);
  }

  /**
   * The rows of a fragment; the connection is the stream's to close.
   *
   * @param rowBytes how long a row may be that is longer than its types tell, asked at the start
   */
  BatchStream stream(EngineConnection connection, Fragment fragment, LongSupplier rowBytes) {
    RowForm form = fragment.exchangeForm() ? ExchangeForm::of : ArrowForm::apply;
    return stream(connection, fragment.sql(), form, rowBytes, connection::close);
  }

  private BatchStream stream(
      EngineConnection connection,
      String sql,
      RowForm form,
      LongSupplier rowBytes,
      Runnable onClose) {
    ToIntFunction<List<ResultColumn>> batchRows =
        columns ->
            config.batchRows().orElseGet(() -> BatchSize.rows(columns, rowBytes.getAsLong()));
    return new EngineStream(connection, sql, form, export, batchRows, allocators, timer, onClose);
  }

  private SnapshotInstance lease(Snapshot snapshot) {
    SnapshotInstance instance = instance(snapshot);
    while (!OpenInstances.PROCESS.addLease(instance)) {
      OpenInstances.PROCESS.awaitWriters(instance);
      instance = instance(snapshot);
    }
    try {
      open(instance);
      return instance;
    } catch (RuntimeException e) {
      release(instance);
      throw e;
    }
  }

  private synchronized SnapshotInstance instance(Snapshot snapshot) {
    if (closed) {
      throw new IllegalStateException("The engine is closed");
    }
    SnapshotInstance known = instances.get(snapshot);
    if (known != null && known.isBroken()) {
      replaced.add(known);
      known = null;
    }
    SnapshotInstance instance =
        known == null ? new SnapshotInstance(snapshot, config, sealedFiles) : known;
    instances.put(snapshot, instance);
    if (known == null) {
      closeSuperseded(snapshot);
    }
    return instance;
  }

  /**
   * Closes what was not used for longest of the other states of a managed database. Each keeps a
   * replica of the whole database from being made the next state.
   */
  private void closeSuperseded(Snapshot snapshot) {
    instances.values().stream()
        .filter(instance -> instance.isOpen() && isOtherState(instance.snapshot(), snapshot))
        .sorted(Comparator.comparingLong(SnapshotInstance::lastUse).reversed())
        .skip(OTHER_STATES)
        .toList()
        .forEach(this::closeIfIdle);
  }

  private static boolean isOtherState(Snapshot one, Snapshot other) {
    return one.databases().values().stream()
        .anyMatch(
            version ->
                version instanceof SealedVersion sealed
                    && other.databases().values().stream()
                        .anyMatch(
                            v ->
                                v instanceof SealedVersion o
                                    && o.database().equals(sealed.database())
                                    && !o.equals(sealed)));
  }

  /** Opens an instance; replicas that idle ones keep make room for its own. */
  private void open(SnapshotInstance instance) {
    try {
      instance.open();
    } catch (DuckherderException e) {
      if (e.code() != StandardErrorCode.NO_REPLICA_SLOT) {
        throw e;
      }
      closeIdle();
      instance.open();
    }
  }

  private void release(SnapshotInstance instance) {
    OpenInstances.PROCESS.dropLease(instance);
    if (config.idleTimeout().isZero() || !instance.isOpen()) {
      closeIfIdle(instance);
    } else {
      closeLater(instance);
    }
  }

  /** One look at a time waits for each instance, however often it is used. */
  private void closeLater(SnapshotInstance instance) {
    if (awaited.add(instance)) {
      lookAfter(instance, config.idleTimeout().toNanos());
    }
  }

  private void lookAfter(SnapshotInstance instance, long nanos) {
    try {
      timer.schedule(
          () -> {
            long left = config.idleTimeout().toNanos() - (System.nanoTime() - instance.lastUse());
            if (left > 0) {
              lookAfter(instance, left);
              return;
            }
            awaited.remove(instance);
            if (!closeIfIdle(instance)) {
              closeLater(instance);
            }
          },
          nanos,
          TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The engine is closed, and its files with it.
    }
  }

  private synchronized boolean closeIfIdle(SnapshotInstance instance) {
    if (!OpenInstances.PROCESS.closeIfIdle(instance)) {
      return false;
    }
    instances.remove(instance.snapshot(), instance);
    replaced.remove(instance);
    return true;
  }
}

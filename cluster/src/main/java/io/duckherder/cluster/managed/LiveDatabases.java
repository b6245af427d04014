package io.duckherder.cluster.managed;

import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.session.WrittenTables;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.worker.engine.EngineConfig;
import io.duckherder.worker.engine.LiveInstance;
import io.duckherder.worker.engine.LiveInstance.LiveDatabase;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The DuckDB that has the live files open, and the connections to it that clients keep. It is
 * opened anew when the files change: what lives on its connections, temporary objects, is gone
 * then. Safe for use by many threads.
 */
final class LiveDatabases implements AutoCloseable {
  private final EngineConfig engine;
  private final Map<String, FileIdentity> external;
  private final String storageVersion;
  private final LiveGate gate;
  private final Set<LocalConnection> connections = ConcurrentHashMap.newKeySet();
  private final Triggers triggers = new Triggers();
  private volatile LiveInstance instance;

  /** Whether the files could not be opened again. */
  private volatile boolean lost;

  /** Shared by who makes a connection; had alone by who closes them all to change the files. */
  private final ReadWriteLock exchange = new ReentrantReadWriteLock();

  /**
   * Opens the files; logs that a crash left are replayed.
   *
   * @param files name to live file, the default database first
   */
  LiveDatabases(
      EngineConfig engine,
      Map<String, FileIdentity> external,
      String storageVersion,
      LiveGate gate,
      Map<String, Path> files) {
    this.engine = engine;
    this.external = external;
    this.storageVersion = storageVersion;
    this.gate = gate;
    this.instance = open(files);
    triggers.opened(instance::hasTriggers);
  }

  private LiveInstance open(Map<String, Path> files) {
    Map<String, LiveDatabase> databases = new LinkedHashMap<>();
    files.forEach((name, file) -> databases.put(name, new LiveDatabase(file, storageVersion)));
    return LiveInstance.open(engine, files.keySet().iterator().next(), databases, external);
  }

  /** A connection that its owner keeps, and closes. */
  LocalConnection connect(Snapshot snapshot, SessionSettings settings) {
    return connect(snapshot, settings, gate::enter);
  }

  /** A connection for statements that only read. */
  LocalConnection connectToRead(Snapshot snapshot, SessionSettings settings) {
    return connect(snapshot, settings, gate::enterToRead);
  }

  private LocalConnection connect(
      Snapshot snapshot, SessionSettings settings, Supplier<LiveGate.Permit> entrance) {
    connections.removeIf(LocalConnection::isClosed);
    takePart();
    try {
      LocalConnection connection =
          LocalConnection.live(
              instance.connect(snapshot, settings),
              () -> {
                LiveGate.Permit permit = entrance.get();
                return permit::close;
              });
      connections.add(connection);
      return connection;
    } finally {
      exchange.readLock().unlock();
    }
  }

  private void takePart() {
    long millis = gate.patience().toMillis();
    try {
      if (!exchange.readLock().tryLock(millis, TimeUnit.MILLISECONDS)) {
        throw new DuckherderException(
            StandardErrorCode.TIMEOUT,
            "Cannot connect to the databases within %d ms: their files are being exchanged; run it again"
                .formatted(millis));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
    }
  }

  /**
   * Whether DuckDB takes no more statements until the files are reopened: one of them broke it, or
   * they could not be opened.
   */
  boolean isBroken() {
    return lost || instance.isBroken();
  }

  /** Ends what clients have open on a DuckDB that is broken. */
  void abandonAll() {
    connections.forEach(LocalConnection::abandon);
  }

  /**
   * Runs a commit.
   *
   * @param written the tables that its statements name
   * @param commit takes those that it may write
   */
  void commit(WrittenTables written, Consumer<WrittenTables> commit) {
    triggers.commit(written, () -> instance.hasTriggers(), commit);
  }

  /** Writes the log of a database into its file; no transaction is open. */
  void checkpoint(String name) {
    instance.checkpoint(name);
  }

  /**
   * Closes the files, lets them be changed, and opens what there is then. No transaction is open.
   *
   * @param change does the change; if it fails, the files that were open are opened again
   * @param before name to live file, as it is
   * @param after the same after the change
   */
  void reopen(Runnable change, Map<String, Path> before, Map<String, Path> after) {
    exchange.writeLock().lock();
    try {
      // The files stay open as long as one connection is.
      connections.forEach(LocalConnection::closeNow);
      connections.clear();
      instance.close();
      try {
        change.run();
      } catch (RuntimeException | Error e) {
        openAgain(before, e);
        throw e;
      }
      openAgain(after);
    } finally {
      exchange.writeLock().unlock();
    }
  }

  private void openAgain(Map<String, Path> files) {
    lost = true;
    instance = open(files);
    triggers.opened(instance::hasTriggers);
    lost = false;
  }

  private void openAgain(Map<String, Path> files, Throwable after) {
    try {
      openAgain(files);
    } catch (RuntimeException e) {
      after.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    connections.forEach(LocalConnection::close);
    instance.close();
  }
}

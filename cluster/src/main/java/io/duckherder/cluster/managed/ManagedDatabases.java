package io.duckherder.cluster.managed;

import io.duckherder.cluster.managed.ManagedDatabase.PendingSeal;
import io.duckherder.cluster.replication.ServedStores;
import io.duckherder.cluster.replication.ServedStores.ServedStore;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.storage.DirectoryStore;
import io.duckherder.storage.replica.ReplicaDirectory;
import io.duckherder.storage.seal.SnapshotStore;
import io.duckherder.worker.engine.EngineConfig;
import io.duckherder.worker.engine.LiveInstance;
import io.duckherder.worker.engine.LiveInstance.LiveDatabase;
import io.duckherder.worker.engine.SealedFiles;
import io.duckherder.worker.replica.ReplicaFiles;
import io.duckherder.worker.replica.StoredDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The databases that the driver writes. Safe for use by many threads.
 *
 * <p>Everybody who runs a statement on them comes in by {@link #connect}, whose connections enter
 * through the gate, and commits by {@link #commit}.
 */
public final class ManagedDatabases implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ManagedDatabases.class);

  private final ManagedConfig config;
  private final Clock clock;
  private final LiveGate gate;
  private final LiveInstance live;
  private final Map<String, ManagedDatabase> databases;
  private final OpenTransactions transactions;

  /** When a commit was first seen that no snapshot holds. Guarded by this. */
  private Optional<Instant> unsealedSince = Optional.empty();

  private ManagedDatabases(
      ManagedConfig config,
      Clock clock,
      LiveGate gate,
      LiveInstance live,
      Map<String, ManagedDatabase> databases) {
    this.config = config;
    this.clock = clock;
    this.gate = gate;
    this.live = live;
    this.databases = databases;
    this.transactions = new OpenTransactions(clock);
  }

  /**
   * Opens the databases, and seals what is committed and in no snapshot yet.
   *
   * @param external databases that statements may read besides
   */
  public static ManagedDatabases open(
      ManagedConfig config, EngineConfig engine, Map<String, FileIdentity> external, Clock clock) {
    List<Stored> stores = new ArrayList<>();
    try {
      // A store has one writer: a second driver fails here, before it touches the live file.
      config
          .databases()
          .forEach(
              (name, file) ->
                  stores.add(new Stored(name, file, DirectoryStore.open(storeOf(file)))));
      return open(config, engine, external, clock, stores);
    } catch (RuntimeException e) {
      stores.forEach(stored -> stored.objects().close());
      throw e;
    }
  }

  private record Stored(String name, Path file, DirectoryStore objects) {}

  private static ManagedDatabases open(
      ManagedConfig config,
      EngineConfig engine,
      Map<String, FileIdentity> external,
      Clock clock,
      List<Stored> stores) {
    Map<String, LiveDatabase> files = new LinkedHashMap<>();
    for (Stored stored : stores) {
      files.put(stored.name(), new LiveDatabase(stored.file(), config.storageVersion()));
    }
    LiveInstance live = LiveInstance.open(engine, stores.get(0).name(), files, external);
    try {
      LiveGate gate = new LiveGate(config.patience());
      Map<String, ManagedDatabase> databases = new LinkedHashMap<>();
      for (Stored stored : stores) {
        SnapshotStore snapshots = SnapshotStore.open(stored.objects(), stored.file());
        databases.put(
            stored.name(),
            new ManagedDatabase(
                stored.name(), stored.file(), stored.objects(), snapshots, live, gate));
      }
      ManagedDatabases opened = new ManagedDatabases(config, clock, gate, live, databases);
      opened.seal();
      return opened;
    } catch (RuntimeException e) {
      live.close();
      throw e;
    }
  }

  /** The folder beside a live file where its snapshots are kept. */
  public static Path storeOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".snapshots");
  }

  /** Their names, in the operator's order. */
  public List<String> names() {
    return List.copyOf(databases.keySet());
  }

  /** Their snapshots as files, for the driver's own engine. */
  public SealedFiles files() {
    return new ReplicaFiles(
        ReplicaDirectory.open(config.replicas(), config.replicaSpace()), this::stored);
  }

  /** Their snapshots, for workers. */
  public ServedStores stores() {
    return id ->
        databases.values().stream()
            .filter(database -> database.store().database().equals(id))
            .map(
                database ->
                    new ServedStore(
                        storeOf(database.file()),
                        database.objects(),
                        config.replicas(),
                        config.replicaSpace()))
            .findFirst();
  }

  private StoredDatabase stored(String id) {
    return databases.values().stream()
        .filter(database -> database.store().database().equals(id))
        .map(database -> new StoredDatabase(database.store()::content, database.objects()))
        .findFirst()
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.SNAPSHOT_NOT_FOUND,
                    "Cannot open a snapshot of database %s: this cluster does not write it"
                        .formatted(id)));
  }

  /** The newest snapshot of each database. */
  public Map<String, SealedVersion> newest() {
    Map<String, SealedVersion> newest = new LinkedHashMap<>();
    databases.forEach((name, database) -> newest.put(name, database.newest()));
    return newest;
  }

  /** Whether the newest snapshots hold every commit that was acknowledged. */
  public boolean areSealed() {
    return databases.values().stream().allMatch(ManagedDatabase::isSealed);
  }

  /**
   * The snapshots that hold every commit that was acknowledged, all of one moment.
   *
   * @return name to snapshot
   */
  public Map<String, SealedVersion> seal() {
    Map<String, SealedVersion> newest = new LinkedHashMap<>();
    databases.values().forEach(ManagedDatabase::lockStorage);
    try {
      // Others may have sealed while this waited for them.
      List<ManagedDatabase> changed =
          databases.values().stream().filter(database -> !database.isSealed()).toList();
      List<PendingSeal> cuts =
          changed.isEmpty()
              ? List.of()
              : gate.holdingCommits(() -> changed.stream().map(ManagedDatabase::cut).toList());
      cuts.forEach(PendingSeal::seal);
      databases.forEach((name, database) -> newest.put(name, database.newest()));
      return newest;
    } finally {
      databases.values().forEach(ManagedDatabase::unlockStorage);
    }
  }

  /**
   * A connection to the live databases that its owner keeps.
   *
   * @param owner for whom, as the status tells it
   * @param snapshot what the connection says that it is on
   */
  public LocalConnection connect(String owner, Snapshot snapshot, SessionSettings settings) {
    if (live.isBroken()) {
      throw new DuckherderException(
          StandardErrorCode.STREAM_BROKEN,
          "Cannot reach the live databases: a statement broke the DuckDB that has them open; restart"
              + " the cluster, which loses no commit");
    }
    return LocalConnection.live(
        live.connect(snapshot, settings),
        () -> {
          LiveGate.Permit permit = gate.enter();
          return permit::close;
        });
  }

  /** Runs a commit between the cuts of seals. */
  public void commit(Runnable commit) {
    gate.commit(commit);
  }

  /** The transactions that clients have open. */
  public OpenTransactions transactions() {
    return transactions;
  }

  /** Writes the log of a database into its file, as soon as no transaction is open. */
  public void checkpoint(String name) {
    ManagedDatabase database = find(name);
    if (!database.checkpoint(config.patience())) {
      throw new DuckherderException(
          StandardErrorCode.TIMEOUT,
          "Cannot checkpoint \"%s\": transactions were open for %d ms on end; end them, or try again"
              .formatted(name, config.patience().toMillis()));
    }
  }

  private ManagedDatabase find(String name) {
    ManagedDatabase database = databases.get(name);
    if (database == null) {
      throw new DuckherderException(
          StandardErrorCode.OBJECT_NOT_FOUND,
          "Cannot find managed database \"%s\": they are %s"
              .formatted(name, String.join(", ", databases.keySet())));
    }
    return database;
  }

  /** Does what is due: ends old transactions, checkpoints, seals what waited for long. */
  public void doChores() {
    transactions.tidy(config.transactionLimit(), config.endOldTransactions());
    for (ManagedDatabase database : databases.values()) {
      if (database.walBytes() > config.walLimit() / 2) {
        checkpoint(database);
      }
    }
    if (isSealDue()) {
      seal();
    }
  }

  private void checkpoint(ManagedDatabase database) {
    long before = database.walBytes();
    long started = System.nanoTime();
    boolean done = database.checkpoint(drain());
    log.info(
        "Checkpoint of {} at {} bytes of log: {} after {} ms",
        database.name(),
        before,
        done ? "done" : "put off, since transactions are open",
        Duration.ofNanos(System.nanoTime() - started).toMillis());
  }

  /** Less than what a transaction waits, so that a window that comes to nothing fails none. */
  private Duration drain() {
    return config.patience().dividedBy(2);
  }

  private synchronized boolean isSealDue() {
    if (areSealed()) {
      unsealedSince = Optional.empty();
      return false;
    }
    Instant now = clock.instant();
    Instant since = unsealedSince.orElse(now);
    unsealedSince = Optional.of(since);
    return Duration.between(since, now).compareTo(config.sealInterval()) >= 0;
  }

  /** The live connections are closed before. */
  @Override
  public void close() {
    live.close();
    List<RuntimeException> failures = new ArrayList<>();
    for (ManagedDatabase database : databases.values()) {
      try {
        database.close();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    failures.forEach(failure -> log.warn("Cannot close a snapshot store", failure));
  }
}

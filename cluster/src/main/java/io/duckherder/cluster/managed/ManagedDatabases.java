package io.duckherder.cluster.managed;

import io.duckherder.cluster.managed.ManagedConfig.RetentionConfig;
import io.duckherder.cluster.managed.ManagedDatabase.PendingSeal;
import io.duckherder.cluster.replication.ServedStores;
import io.duckherder.cluster.replication.ServedStores.ServedStore;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.session.WrittenTables;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.manifest.ReadLease;
import io.duckherder.storage.replica.ReplicaDirectory;
import io.duckherder.storage.retention.Freed;
import io.duckherder.storage.retention.Retention;
import io.duckherder.storage.seal.SnapshotStore;
import io.duckherder.worker.engine.EngineConfig;
import io.duckherder.worker.engine.SealedFiles;
import io.duckherder.worker.replica.ReplicaFiles;
import io.duckherder.worker.replica.StoredDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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

  private static final Duration COLLECTION_INTERVAL = Duration.ofMinutes(1);

  private final ManagedConfig config;
  private final Clock clock;
  private final LiveGate gate;
  private final LiveDatabases live;
  private final OpenTransactions transactions;
  private final SnapshotPins pins;
  private final UnsealedWrites unsealed = new UnsealedWrites();
  private final WriteSequence sequence = new WriteSequence();

  /** Replaced as a whole, in a window. */
  private volatile Map<String, ManagedDatabase> databases;

  /** Held by who opens the files anew. */
  private final Object recovery = new Object();

  /** Held by who makes a database of a snapshot. */
  private final Object cloning = new Object();

  /** When a window came to nothing. Of who does the chores. */
  private Instant lastWindow = Instant.EPOCH;

  /** When it was last said that the disk is full. Of who does the chores. */
  private Instant lastShortage = Instant.EPOCH;

  /** Guarded by this. */
  private Instant lastCollection = Instant.EPOCH;

  /** When a commit was first seen that no snapshot holds. Guarded by this. */
  private Optional<Instant> unsealedSince = Optional.empty();

  private ManagedDatabases(
      ManagedConfig config,
      Clock clock,
      LiveGate gate,
      LiveDatabases live,
      Map<String, ManagedDatabase> databases) {
    this.config = config;
    this.clock = clock;
    this.gate = gate;
    this.live = live;
    this.databases = databases;
    this.transactions = new OpenTransactions(clock);
    this.pins = new SnapshotPins(clock);
  }

  /**
   * Opens the databases, and seals what is committed and in no snapshot yet.
   *
   * @param external databases that statements may read besides
   */
  public static ManagedDatabases open(
      ManagedConfig config, EngineConfig engine, Map<String, FileIdentity> external, Clock clock) {
    Map<String, ManagedDatabase> databases = new LinkedHashMap<>();
    LiveGate gate = new LiveGate(config.patience());
    try {
      // A store has one writer: a second driver fails here, before it touches the live file.
      config
          .databases()
          .forEach((name, file) -> databases.put(name, ManagedDatabase.open(name, file, gate)));
      LiveDatabases live =
          new LiveDatabases(engine, external, config.storageVersion(), gate, config.databases());
      try {
        databases.values().forEach(ManagedDatabase::attach);
        ManagedDatabases opened = new ManagedDatabases(config, clock, gate, live, databases);
        opened.seal();
        return opened;
      } catch (RuntimeException e) {
        live.close();
        throw e;
      }
    } catch (RuntimeException e) {
      databases.values().forEach(ManagedDatabase::close);
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
        .map(
            database ->
                new StoredDatabase(number -> database.store().content(number), database.objects()))
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
    while (true) {
      Map<String, ManagedDatabase> all = databases;
      all.values().forEach(ManagedDatabase::lockStorage);
      try {
        // While this waited there may have come to be more.
        if (all == databases) {
          return seal(all);
        }
      } finally {
        all.values().forEach(ManagedDatabase::unlockStorage);
      }
    }
  }

  /** The same with the storage of all of them locked. */
  private Map<String, SealedVersion> seal(Map<String, ManagedDatabase> all) {
    // Others may have sealed while this waited for them.
    List<ManagedDatabase> changed =
        all.values().stream().filter(database -> !database.isSealed()).toList();
    List<PendingSeal> cuts =
        changed.isEmpty() ? List.of() : gate.holdingCommits(() -> cut(changed, all.values()));
    cuts.forEach(PendingSeal::seal);
    unsealed.sealed();
    Map<String, SealedVersion> newest = new LinkedHashMap<>();
    all.forEach((name, database) -> newest.put(name, database.newest()));
    return newest;
  }

  private List<PendingSeal> cut(List<ManagedDatabase> changed, Collection<ManagedDatabase> all) {
    unsealed.cut();
    long now = sequence.now();
    // What was written elsewhere is no write of theirs.
    all.stream()
        .filter(database -> !changed.contains(database))
        .forEach(database -> database.unchangedAt(now));
    return changed.stream().map(database -> database.cut(now)).toList();
  }

  /**
   * Whether a table may have been written, or its rows moved, since a snapshot: asked within a
   * transaction, of all that was committed before it began.
   *
   * @param table its own name
   */
  public boolean wroteSince(String database, SealedVersion snapshot, String table) {
    return find(database)
        .sequenceOf(snapshot)
        .map(count -> sequence.wroteSince(count, table))
        .orElse(true);
  }

  /**
   * A kept snapshot.
   *
   * @param version its number, or the name that it was given; a number is no name of another
   */
  public SealedVersion find(String database, String version) {
    ManagedDatabase found = find(database);
    List<SnapshotSummary> kept = found.store().snapshots();
    return kept.stream()
        .filter(snapshot -> String.valueOf(snapshot.number()).equals(version))
        .findFirst()
        .or(
            () ->
                kept.stream()
                    .filter(snapshot -> snapshot.name().filter(version::equals).isPresent())
                    .findFirst())
        .map(found::version)
        .orElseThrow(() -> notKept(found, "with number or name \"%s\"".formatted(version)));
  }

  /** The newest of the kept snapshots that were sealed by then. */
  public SealedVersion at(String database, Instant time) {
    ManagedDatabase found = find(database);
    return found.store().snapshots().stream()
        .filter(snapshot -> !snapshot.time().isAfter(time))
        .reduce((older, newer) -> newer)
        .map(found::version)
        .orElseThrow(() -> notKept(found, "as old as " + time));
  }

  /** Keeps the snapshots that a query reads from being collected for a while. */
  public void pin(Snapshot snapshot, Duration time) {
    for (DatabaseVersion version : snapshot.databases().values()) {
      if (version instanceof SealedVersion sealed) {
        pins.pin(sealed, time);
      }
    }
  }

  /**
   * Gives a snapshot a name, by which it is found, and for which it is kept; or takes it back.
   *
   * @param version its number or name
   */
  public SealedVersion name(String database, String version, Optional<String> name) {
    SealedVersion found = find(database, version);
    SnapshotStore store = find(database).store();
    name.ifPresentOrElse(
        wanted -> store.name(found.number(), wanted), () -> store.unname(found.number()));
    return found;
  }

  /** Keeps a snapshot, under a name of ours if it has none. */
  public SealedVersion keep(String database, String version) {
    SealedVersion found = find(database, version);
    boolean named =
        find(database).store().snapshots().stream()
            .anyMatch(s -> s.number() == found.number() && s.name().isPresent());
    return named ? found : name(database, version, Optional.of("served-" + found.number()));
  }

  /** Lets go of the snapshots that nothing keeps; name of each database to what that freed. */
  public Map<String, Freed> collect(RetentionConfig retention) {
    Map<String, Freed> freed = new LinkedHashMap<>();
    databases.forEach(
        (name, database) ->
            freed.put(
                name,
                database
                    .store()
                    .collect(
                        new Retention(retention.age(), retention.count()),
                        pins.of(database.store().database()))));
    return freed;
  }

  /** What the operator wants to be kept. */
  public RetentionConfig retention() {
    return config.retention();
  }

  private static DuckherderException notKept(ManagedDatabase database, String which) {
    List<SnapshotSummary> kept = database.store().snapshots();
    return new DuckherderException(
        StandardErrorCode.SNAPSHOT_NOT_FOUND,
        "Cannot read database \"%s\" at a snapshot %s: those from %s (number %d) to %s (number %d) are kept; FROM duckherder_snapshots() lists them"
            .formatted(
                database.name(),
                which,
                kept.get(0).time(),
                kept.get(0).number(),
                kept.get(kept.size() - 1).time(),
                kept.get(kept.size() - 1).number()));
  }

  /**
   * A connection to the live databases that its owner keeps.
   *
   * @param snapshot what the connection says that it is on
   */
  public LocalConnection connect(Snapshot snapshot, SessionSettings settings) {
    return working(() -> live.connect(snapshot, settings));
  }

  /** The same, for statements that only read. */
  public LocalConnection connectToRead(Snapshot snapshot, SessionSettings settings) {
    return working(() -> live.connectToRead(snapshot, settings));
  }

  private LocalConnection working(Supplier<LocalConnection> connect) {
    if (live.isBroken()) {
      recover();
    }
    try {
      return connect.get();
    } catch (DuckherderException e) {
      if (!live.isBroken()) {
        throw e;
      }
      recover();
      return connect.get();
    }
  }

  /**
   * Opens the live files anew after a statement broke the DuckDB that had them open. No commit is
   * lost; transactions that were open are.
   */
  private void recover() {
    synchronized (recovery) {
      if (!live.isBroken()) {
        return;
      }
      log.warn("A statement broke the DuckDB that writes; it is started again");
      live.abandonAll();
      inWindow(
          () -> {
            try {
              live.reopen(
                  () -> databases.values().forEach(ManagedDatabase::detach), paths(), paths());
            } finally {
              databases.values().forEach(ManagedDatabase::attach);
            }
            seal();
          });
    }
  }

  /**
   * Runs a commit between the cuts of seals.
   *
   * @param written the tables that its statements name
   */
  public void commit(WrittenTables written, Runnable commit) {
    live.commit(
        written,
        brought ->
            gate.commit(
                () -> {
                  unsealed.add(brought);
                  sequence.add(brought);
                  commit.run();
                }));
    try {
      if (isLogFull()) {
        gate.full(true);
      }
    } catch (DuckherderException e) {
      log.warn("Cannot tell whether the log is full: {}", e.text());
    }
  }

  private boolean isLogFull() {
    return databases.values().stream()
        .anyMatch(database -> database.walBytes() > config.walLimit());
  }

  /**
   * Whether commits that the newest snapshots lack may have changed one of these tables. The newest
   * snapshots are to be asked for after this.
   *
   * @param tables their own names, without database and schema
   */
  public boolean wrote(Collection<String> tables) {
    return unsealed.touch(tables);
  }

  /** The transactions that clients have open. */
  public OpenTransactions transactions() {
    return transactions;
  }

  /** Writes the log of a database into its file, as soon as no transaction is open. */
  public void checkpoint(String name) {
    ManagedDatabase database = find(name);
    if (!database.checkpoint(live, config.patience())) {
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
    if (live.isBroken()) {
      recover();
    }
    transactions.tidy(config.transactionLimit(), config.endOldTransactions());
    for (ManagedDatabase database : databases.values()) {
      if (database.walBytes() > config.walLimit() / 2) {
        checkpoint(database);
      }
    }
    gate.full(isLogFull());
    if (isSealDue()) {
      seal();
    }
    if (isCollectionDue()) {
      collect(config.retention());
    }
  }

  private synchronized boolean isCollectionDue() {
    Instant now = clock.instant();
    if (Duration.between(lastCollection, now).compareTo(COLLECTION_INTERVAL) < 0) {
      return false;
    }
    lastCollection = now;
    return true;
  }

  private void checkpoint(ManagedDatabase database) {
    long before = database.walBytes();
    if (database.file().toFile().getUsableSpace() < before) {
      putOffForDisk(database, before);
      return;
    }
    long started = System.nanoTime();
    boolean done =
        isWindowDue(before) ? database.checkpoint(live, drain()) : database.checkpointBeside(live);
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    if (done) {
      lastWindow = Instant.EPOCH;
      log.info(
          "Checkpoint of {} at {} bytes of log, after {} ms",
          database.name(),
          before,
          took.toMillis());
    } else if (took.compareTo(drain()) >= 0) {
      lastWindow = clock.instant();
      log.warn(
          "Checkpoint of {} at {} bytes of log was put off: these have transactions open: {}",
          database.name(),
          before,
          transactions.list());
    }
  }

  /** One that finds no room takes its database out of use. */
  private void putOffForDisk(ManagedDatabase database, long bytes) {
    if (Duration.between(lastShortage, clock.instant()).compareTo(COLLECTION_INTERVAL) > 0) {
      lastShortage = clock.instant();
      log.warn(
          "Checkpoint of {} is put off until the disk of \"{}\" has room for the {} bytes of its log",
          database.name(),
          database.file(),
          bytes);
    }
  }

  /** Windows that come to nothing keep everybody waiting: not all the time, unless they must. */
  private boolean isWindowDue(long walBytes) {
    return walBytes > config.walLimit()
        || Duration.between(lastWindow, clock.instant()).compareTo(config.patience()) > 0;
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

  /**
   * Puts a snapshot in the place of what a database holds now, which is sealed before. What clients
   * have on their connections, temporary objects, is gone after it.
   *
   * @param version its number or name
   * @return the snapshot that holds the same as the wanted one, and is the newest now
   */
  public SealedVersion restore(String name, String version) {
    ManagedDatabase database = find(name);
    long number = find(name, version).number();
    // Snapshots are collected meanwhile.
    try (ReadLease lease = database.store().lease(number)) {
      inWindow(() -> replace(database, lease.content()));
    }
    log.info("Database {} was restored to snapshot {}", name, number);
    return database.newest();
  }

  private void replace(ManagedDatabase database, SnapshotContent content) {
    seal();
    LiveFileChange change = new LiveFileChange(database.file(), database.objects());
    try {
      live.reopen(
          () -> {
            database.detach();
            change.to(content);
          },
          paths(),
          paths());
    } finally {
      database.attach();
    }
    seal();
  }

  /**
   * Makes a snapshot a managed database of its own, beside the one that it is of.
   *
   * @param version its number or name
   * @param name the new database's
   * @return its live file
   */
  public Path copy(String source, String version, String name) {
    ManagedDatabase original = find(source);
    long number = find(source, version).number();
    Path file = original.file().resolveSibling(name + ".duckdb").toAbsolutePath();
    ClonedFile clone = new ClonedFile(name, file);
    synchronized (cloning) {
      clone.requireAbsent();
      clone.write(original.store().lease(number), original.objects());
      try {
        add(name, file);
      } catch (RuntimeException e) {
        if (!databases.containsKey(name)) {
          clone.delete(e);
        }
        throw e;
      }
    }
    log.info("Snapshot {} of database {} became database {} in {}", number, source, name, file);
    return file;
  }

  private void add(String name, Path file) {
    ManagedDatabase made = ManagedDatabase.open(name, file, gate);
    Map<String, ManagedDatabase> more = new LinkedHashMap<>(databases);
    more.put(name, made);
    try {
      inWindow(
          () -> {
            live.reopen(() -> {}, paths(), paths(more));
            made.attach();
            // Whoever sees it may ask for its newest snapshot.
            gate.holdingCommits(() -> made.cut(sequence.now())).seal();
            databases = Collections.unmodifiableMap(more);
            seal();
          });
    } catch (RuntimeException e) {
      if (!databases.containsKey(name)) {
        made.close();
      }
      throw e;
    }
  }

  /** The files that DuckDB has open. */
  public List<Path> liveFiles() {
    return List.copyOf(paths().values());
  }

  private Map<String, Path> paths() {
    return paths(databases);
  }

  private static Map<String, Path> paths(Map<String, ManagedDatabase> databases) {
    Map<String, Path> paths = new LinkedHashMap<>();
    databases.forEach((name, database) -> paths.put(name, database.file()));
    return paths;
  }

  /** Does work while no transaction is open, and nobody seals or checkpoints. */
  private void inWindow(Runnable work) {
    List<ManagedDatabase> locked = List.copyOf(databases.values());
    locked.forEach(ManagedDatabase::lockStorage);
    try {
      boolean done =
          gate.window(
              config.patience(),
              () -> {
                work.run();
                return true;
              });
      if (!done) {
        throw new DuckherderException(
            StandardErrorCode.TIMEOUT,
            "Cannot exchange database files: transactions were open for %d ms on end; end them, or try again"
                .formatted(config.patience().toMillis()));
      }
    } finally {
      locked.forEach(ManagedDatabase::unlockStorage);
    }
  }

  /** The snapshots of all databases that are kept, the oldest of each first. */
  public List<KeptSnapshot> snapshots() {
    List<KeptSnapshot> kept = new ArrayList<>();
    databases.forEach(
        (name, database) ->
            database
                .store()
                .snapshots()
                .forEach(
                    snapshot ->
                        kept.add(
                            new KeptSnapshot(
                                name,
                                snapshot,
                                pins.of(database.store().database())
                                    .contains(snapshot.number())))));
    return kept;
  }

  /**
   * A snapshot of a database.
   *
   * @param pinned whether a query or job may still open it
   */
  public record KeptSnapshot(String database, SnapshotSummary summary, boolean pinned) {}

  /** The clients' connections are closed with the files. */
  @Override
  public void close() {
    live.close();
    for (ManagedDatabase database : databases.values()) {
      try {
        database.close();
      } catch (RuntimeException e) {
        log.warn("Cannot close the snapshot store of {}", database.name(), e);
      }
    }
  }
}

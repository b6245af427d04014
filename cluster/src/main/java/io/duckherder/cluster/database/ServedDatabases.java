package io.duckherder.cluster.database;

import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.worker.engine.DuckDBEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The databases by name, and the snapshot that new queries read. Queries that run keep the snapshot
 * they began with. Safe for use by many threads.
 */
public final class ServedDatabases {
  private static final Logger log = LoggerFactory.getLogger(ServedDatabases.class);

  private final DuckDBEngine engine;
  private final Optional<ManagedDatabases> managed;

  /** Replaced under the lock of this. */
  private volatile Snapshot current;

  private ServedDatabases(
      DuckDBEngine engine, Optional<ManagedDatabases> managed, Snapshot current) {
    this.engine = engine;
    this.managed = managed;
    this.current = current;
  }

  /** Identifies external files, as they are now. */
  public static Map<String, FileIdentity> identify(Map<String, Path> files) {
    Map<String, FileIdentity> identities = new LinkedHashMap<>();
    files.forEach((name, path) -> identities.put(name, DuckDBEngine.identify(path)));
    return identities;
  }

  /**
   * Opens all of them once, so that what is wrong with one shows at start. The managed ones come
   * first: they are where most statements go.
   */
  public static ServedDatabases open(
      Map<String, FileIdentity> external, Optional<ManagedDatabases> managed, DuckDBEngine engine) {
    Map<String, DatabaseVersion> versions = new LinkedHashMap<>();
    managed.ifPresent(databases -> versions.putAll(databases.newest()));
    versions.putAll(external);
    Snapshot snapshot = new Snapshot(versions);
    requireReadable(engine, snapshot);
    return new ServedDatabases(engine, managed, snapshot);
  }

  /** The databases that the driver writes, if there are any. */
  public Optional<ManagedDatabases> managed() {
    return managed;
  }

  /** The newest snapshot, which commits since may have left behind. */
  public Snapshot current() {
    return managed.isEmpty() ? current : withSealed(managed.get().newest());
  }

  /**
   * The newest snapshot.
   *
   * @param complete whether it holds every commit that was acknowledged when it was asked for
   */
  public record Newest(Snapshot snapshot, boolean complete) {}

  /** The snapshot of new queries. */
  public Newest newest() {
    // In this order: a snapshot that is sealed in between holds all that the question was about.
    boolean complete = isFresh();
    return new Newest(current(), complete);
  }

  /** Whether the newest snapshot holds every commit that was acknowledged. */
  public boolean isFresh() {
    return managed.isEmpty() || managed.get().areSealed();
  }

  /** A snapshot that holds every commit that was acknowledged, sealed now if need be. */
  public Snapshot fresh() {
    return isFresh() ? current() : withSealed(managed.orElseThrow().seal());
  }

  /** The same, which is kept for a while. */
  public Snapshot freshFor(Duration time) {
    Snapshot snapshot = fresh();
    pin(snapshot, time);
    return snapshot;
  }

  /** Keeps what a snapshot is made of from being collected for a while. */
  public void pin(Snapshot snapshot, Duration time) {
    managed.ifPresent(databases -> databases.pin(snapshot, time));
  }

  /** Serves a snapshot as a database of its own, read-only, until the driver stops. */
  public synchronized void add(String name, SealedVersion version) {
    current = current.withDatabase(name, version);
  }

  private Snapshot withSealed(Map<String, SealedVersion> sealed) {
    Snapshot known = current;
    if (sealed.entrySet().stream()
        .allMatch(entry -> entry.getValue().equals(known.databases().get(entry.getKey())))) {
      return known;
    }
    synchronized (this) {
      Snapshot next = current;
      for (Map.Entry<String, SealedVersion> database : sealed.entrySet()) {
        next = next.withDatabase(database.getKey(), newer(next, database));
      }
      current = next;
      return next;
    }
  }

  /** Another thread may be further already. */
  private static DatabaseVersion newer(Snapshot known, Map.Entry<String, SealedVersion> sealed) {
    return known.databases().get(sealed.getKey()) instanceof SealedVersion before
            && before.number() > sealed.getValue().number()
        ? before
        : sealed.getValue();
  }

  /** Takes up the file that is now at an external database's path. */
  public synchronized Snapshot refresh(String name) {
    FileIdentity known = current.files().get(name);
    if (known == null) {
      throw new DuckherderException(
          StandardErrorCode.OBJECT_NOT_FOUND,
          "Cannot refresh database \"%s\": the external databases are %s"
              .formatted(name, String.join(", ", current.files().keySet())));
    }
    // A file that is unchanged may be open here, and must not be opened a second time.
    if (!DatabaseFiles.unchanged(known)) {
      Snapshot next = current.withDatabase(name, DuckDBEngine.identify(Path.of(known.path())));
      requireReadable(engine, next);
      current = next;
      log.info("Database {} has a new snapshot", name);
    }
    return current;
  }

  private static void requireReadable(DuckDBEngine engine, Snapshot snapshot) {
    engine.connect(snapshot, SessionSettings.DEFAULT).close();
  }
}

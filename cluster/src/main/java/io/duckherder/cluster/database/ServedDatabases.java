package io.duckherder.cluster.database;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.worker.engine.DuckDBEngine;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The databases by name, and the snapshot that new queries read. Queries that run keep the snapshot
 * they began with. Safe for use by many threads.
 */
public final class ServedDatabases {
  private static final Logger log = LoggerFactory.getLogger(ServedDatabases.class);

  private final DuckDBEngine engine;
  private volatile Snapshot current;

  private ServedDatabases(DuckDBEngine engine, Snapshot current) {
    this.engine = engine;
    this.current = current;
  }

  /** Identifies the files and opens them once, so that what is wrong with one shows at start. */
  public static ServedDatabases open(Map<String, Path> files, DuckDBEngine engine) {
    Map<String, DatabaseVersion> identities = new LinkedHashMap<>();
    files.forEach((name, path) -> identities.put(name, DuckDBEngine.identify(path)));
    Snapshot snapshot = new Snapshot(identities);
    requireReadable(engine, snapshot);
    return new ServedDatabases(engine, snapshot);
  }

  public Snapshot current() {
    return current;
  }

  /** Takes up the file that is now at a database's path. */
  public synchronized Snapshot refresh(String name) {
    FileIdentity known = current.files().get(name);
    if (known == null) {
      throw new DuckherderException(
          StandardErrorCode.OBJECT_NOT_FOUND,
          "Cannot refresh database \"%s\": the databases are %s"
              .formatted(name, String.join(", ", current.databases().keySet())));
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

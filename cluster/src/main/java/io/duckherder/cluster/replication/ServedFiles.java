package io.duckherder.cluster.replication;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.worker.engine.DuckDBEngine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The external files that workers ask for: those of served databases as they are served now, and no
 * other. Safe for use by many threads.
 */
final class ServedFiles implements AutoCloseable {
  private final Supplier<Map<String, FileIdentity>> served;

  /** Guarded by this. */
  private final Map<FileIdentity, ServedFile> open = new HashMap<>();

  /**
   * @param served the external databases by name, as new queries read them
   */
  ServedFiles(Supplier<Map<String, FileIdentity>> served) {
    this.served = served;
  }

  /** A file that is served; this closes it. */
  synchronized ServedFile find(FileIdentity identity) {
    Map<String, FileIdentity> now = served.get();
    closeUnserved(now);
    String database =
        now.entrySet().stream()
            .filter(entry -> entry.getValue().path().equals(identity.path()))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(() -> notServed(identity));
    if (!now.containsValue(identity) || !DatabaseFiles.unchanged(identity)) {
      throw DatabaseFiles.changed(database, identity.path());
    }
    return open.computeIfAbsent(identity, key -> ServedFile.open(database, key));
  }

  /** A file that the driver's own DuckDB has open has to wait: closing would drop its lock. */
  private void closeUnserved(Map<String, FileIdentity> now) {
    for (Iterator<ServedFile> files = open.values().iterator(); files.hasNext(); ) {
      ServedFile file = files.next();
      if (!now.containsValue(file.identity())
          && !DuckDBEngine.hasOpen(Path.of(file.identity().path()))) {
        file.close();
        files.remove();
      }
    }
  }

  private static DuckherderException notServed(FileIdentity identity) {
    return new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot give file \"%s\" to a worker: no database of this cluster is in it"
            .formatted(identity.path()));
  }

  @Override
  public synchronized void close() {
    open.values().forEach(ServedFile::close);
    open.clear();
  }
}

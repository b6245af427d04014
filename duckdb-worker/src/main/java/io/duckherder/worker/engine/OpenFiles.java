package io.duckherder.worker.engine;

import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.FileIdentity;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The database files that this engine has open. To read the header of such a file would drop
 * DuckDB's lock on it, so for these the directory entry has to do.
 */
final class OpenFiles {
  /** Guarded by this. */
  private final Map<FileIdentity, Integer> open = new HashMap<>();

  /** Counts a file as open, if it is the one that the identity names. */
  synchronized void open(String database, FileIdentity identity) {
    boolean same =
        open.containsKey(identity)
            ? DatabaseFiles.unchanged(identity)
            : DatabaseFiles.identify(Path.of(identity.path())).equals(identity);
    if (!same) {
      throw DatabaseFiles.changed(database, identity.path());
    }
    open.merge(identity, 1, Integer::sum);
  }

  synchronized void close(FileIdentity identity) {
    open.computeIfPresent(identity, (file, count) -> count == 1 ? null : count - 1);
  }
}

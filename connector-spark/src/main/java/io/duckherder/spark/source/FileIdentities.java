package io.duckherder.spark.source;

import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.FileIdentity;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The identities of the files that this JVM plans reads of, whichever engine reads them. A file
 * whose directory entry is unchanged is not opened to identify it: closing it again would drop the
 * lock that a DuckDB of this process has on it.
 */
final class FileIdentities {
  private static final Map<Path, FileIdentity> KNOWN = new ConcurrentHashMap<>();

  private FileIdentities() {}

  /** The identity of a file as it is now, as far as its directory entry tells. */
  static FileIdentity of(Path path) {
    return KNOWN.compute(
        path,
        (file, known) ->
            known != null && DatabaseFiles.unchanged(known) ? known : DatabaseFiles.identify(file));
  }

  /** Has the file identified afresh the next time. */
  static void forget(Path path) {
    KNOWN.remove(path);
  }
}

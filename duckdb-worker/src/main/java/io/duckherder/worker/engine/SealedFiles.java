package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.SealedVersion;
import java.nio.file.Path;

/**
 * Where an engine finds sealed snapshots as plain DuckDB files, and copies of external files that
 * it cannot open where they are. Safe for use by many threads.
 */
public interface SealedFiles {
  /** For an engine that reads files only. */
  SealedFiles NONE =
      version -> {
        throw new DuckherderException(
            StandardErrorCode.SNAPSHOT_NOT_FOUND,
            "Cannot open snapshot %s: this process holds no snapshots".formatted(version));
      };

  /**
   * A file that holds a snapshot, complete, with its write-ahead log beside it if it has one. It is
   * made first if need be, which takes as long as it takes. It may be opened READ_ONLY, by any
   * number of processes, until the lease is closed.
   */
  Lease lease(SealedVersion version);

  /** How an engine gets at the external files that a snapshot names. */
  default FileAccess fileAccess() {
    return FileAccess.IN_PLACE;
  }

  /** A copy of an external file, as {@link #lease} gives a snapshot. */
  default Lease leaseCopy(FileIdentity file) {
    throw new DuckherderException(
        StandardErrorCode.FILE_NOT_FOUND,
        "Cannot open database file \"%s\": this process makes no copies".formatted(file.path()));
  }

  /** Keeps a file as it is. */
  interface Lease extends AutoCloseable {
    Path file();

    @Override
    void close();
  }
}

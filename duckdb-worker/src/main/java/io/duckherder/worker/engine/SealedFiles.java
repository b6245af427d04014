package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.SealedVersion;
import java.nio.file.Path;

/** Where an engine finds sealed snapshots as plain DuckDB files. Safe for use by many threads. */
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

  /** Keeps a file as it is. */
  interface Lease extends AutoCloseable {
    Path file();

    @Override
    void close();
  }
}

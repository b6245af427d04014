package io.duckherder.worker.engine;

import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.Snapshot;

/**
 * Whether a DuckDB goes on taking statements: a fatal error of one of them shuts it down for all.
 */
interface InstanceHealth {
  /** Whether it takes no more, as far as is known. */
  boolean isBroken();

  /** Whether it takes statements, looked at now. */
  boolean works();

  /** Fails if a file of a snapshot, as it is open here, is no longer the one that was opened. */
  default void requireUnchanged(Snapshot snapshot) {
    snapshot
        .files()
        .forEach(
            (name, file) -> {
              if (!DatabaseFiles.unchanged(file)) {
                throw DatabaseFiles.changed(name, file.path());
              }
            });
  }
}

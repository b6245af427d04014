package io.duckherder.worker.replica;

import io.duckherder.storage.replica.ReplicaLease;
import io.duckherder.worker.engine.SealedFiles;
import java.nio.file.Path;

/** A slot, as an engine knows it. */
record SlotLease(ReplicaLease lease) implements SealedFiles.Lease {
  @Override
  public Path file() {
    return lease.file();
  }

  @Override
  public void close() {
    lease.close();
  }
}

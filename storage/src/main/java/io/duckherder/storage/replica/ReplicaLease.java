package io.duckherder.storage.replica;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps a slot as it is: a DuckDB file that holds a snapshot, complete, with its write-ahead log
 * beside it if it has one. Closed after the last DuckDB that has the file open.
 */
public final class ReplicaLease implements AutoCloseable {
  private final Slot slot;
  private final long number;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over a part in the lock of the slot. */
  ReplicaLease(Slot slot, long number) {
    this.slot = slot;
    this.number = number;
  }

  /** The DuckDB file, to be opened READ_ONLY. */
  public Path file() {
    return slot.file();
  }

  /** The snapshot that it holds. */
  public long number() {
    return number;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      HostLocks.PROCESS.release(slot.lock());
    }
  }
}

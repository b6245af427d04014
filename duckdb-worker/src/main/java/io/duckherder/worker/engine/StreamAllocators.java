package io.duckherder.worker.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The allocators of streams. A stream that was sent without copying ends before the network has let
 * go of its last batches; its allocator waits here until they are freed. Safe for use by many
 * threads.
 */
final class StreamAllocators implements AutoCloseable {
  private static final long LET_GO_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final BufferAllocator parent;

  /** Guarded by this. */
  private final Set<BufferAllocator> retired = new HashSet<>();

  StreamAllocators(BufferAllocator parent) {
    this.parent = parent;
  }

  /** The allocator of a new stream, which gives it back by {@link #retire}. */
  BufferAllocator open() {
    sweep();
    return parent.newChildAllocator("fragment", 0, Long.MAX_VALUE);
  }

  /** Takes an allocator that nobody allocates from any more. */
  void retire(BufferAllocator allocator) {
    synchronized (this) {
      retired.add(allocator);
    }
    sweep();
  }

  private synchronized void sweep() {
    retired.removeIf(
        allocator -> {
          boolean free = allocator.getAllocatedMemory() == 0;
          if (free) {
            allocator.close();
          }
          return free;
        });
  }

  /** Waits a little for the network to let go, then fails, as Arrow does, if a batch is held. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + LET_GO_NANOS;
    while (anyHeld() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    synchronized (this) {
      for (BufferAllocator allocator : retired) {
        allocator.close();
      }
      retired.clear();
    }
  }

  private boolean anyHeld() {
    sweep();
    synchronized (this) {
      return !retired.isEmpty();
    }
  }
}

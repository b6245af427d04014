package io.duckherder.cluster.gather;

import java.util.concurrent.atomic.AtomicLong;

/** The memory in which a query may hold rows back; what does not fit goes to disk. */
public final class HeldMemory {
  private final AtomicLong free;

  /**
   * Memory that nothing uses yet.
   *
   * @param bytes how much there is
   */
  public HeldMemory(long bytes) {
    this.free = new AtomicLong(bytes);
  }

  /** Takes a share, if there is one. */
  boolean reserve(long bytes) {
    if (free.addAndGet(-bytes) >= 0) {
      return true;
    }
    free.addAndGet(bytes);
    return false;
  }

  void release(long bytes) {
    free.addAndGet(bytes);
  }
}

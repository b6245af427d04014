package io.duckherder.tpch;

/** Adds up the rows that several threads write. One lock: the listener hears one call at a time. */
final class ProgressCount {
  /** Rows between two calls of one thread. */
  static final int STEP = 8192;

  private final TpchProgress listener;
  private final long expected;
  private long done;

  ProgressCount(TpchProgress listener, long expected) {
    this.listener = listener;
    this.expected = expected;
  }

  synchronized void add(long rows) {
    done += rows;
    listener.written(done, Math.max(done, expected));
  }

  synchronized void finish() {
    listener.written(done, done);
  }
}

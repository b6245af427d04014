package io.duckherder.tpch;

/** Hears how far a generation has come. Called by one thread at a time, every few thousand rows. */
@FunctionalInterface
public interface TpchProgress {
  /** Hears nothing. */
  TpchProgress NONE = (done, expected) -> {};

  /**
   * Rows were written.
   *
   * @param done rows of all tables so far
   * @param expected rows of all tables in the end; about right until the last call, then exact
   */
  void written(long done, long expected);
}

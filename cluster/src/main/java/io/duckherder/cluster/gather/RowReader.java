package io.duckherder.cluster.gather;

/** Assembles the rows of an answer, batch by batch, into a root that it was made with. */
public interface RowReader extends AutoCloseable {
  /**
   * Loads the next rows.
   *
   * @return false if there are no more
   * @throws InterruptedException if a part was closed
   */
  boolean next() throws InterruptedException;

  /** Releases what it holds; the parts are not its own. */
  @Override
  void close();
}

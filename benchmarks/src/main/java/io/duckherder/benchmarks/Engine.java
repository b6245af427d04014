package io.duckherder.benchmarks;

/** What answers queries over the tables of one suite, to a client that takes all rows. */
interface Engine extends AutoCloseable {
  String title();

  /**
   * Runs a query to its end.
   *
   * @return how many rows it gave
   */
  long run(String sql) throws Exception;
}

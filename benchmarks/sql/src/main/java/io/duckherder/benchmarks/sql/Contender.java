package io.duckherder.benchmarks.sql;

/** What answers queries. */
interface Contender extends AutoCloseable {
  /** Runs a TPC-H query and gives its rows to nobody. */
  QueryCost run(int query) throws Exception;

  /** Runs a TPC-H query and looks at its rows. */
  AnswerDigest answer(int query) throws Exception;
}

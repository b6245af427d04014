package io.duckherder.cluster.fuzz;

/**
 * A query with what its text does not tell.
 *
 * @param ordered how many leading columns the rows are sorted by
 */
record FuzzQuery(String sql, int ordered) {}

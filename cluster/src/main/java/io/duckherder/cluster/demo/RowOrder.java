package io.duckherder.cluster.demo;

/** Whether a query fixes the order of its rows. */
enum RowOrder {
  FIXED,
  ANY
}

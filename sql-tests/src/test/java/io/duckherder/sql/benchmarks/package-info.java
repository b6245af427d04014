/**
 * The queries of TPC-H, TPC-DS and ClickBench on clusters of several sizes, held against one
 * DuckDB.
 */
@NullMarked
package io.duckherder.sql.benchmarks;

import org.jspecify.annotations.NullMarked;

/**
 * TPC-H in a DuckDB file: its tables at a scale factor, and its 22 queries. Data for demos, tests
 * and benchmarks; nothing of the product needs it to run.
 */
@NullMarked
package io.duckherder.tpch;

import org.jspecify.annotations.NullMarked;

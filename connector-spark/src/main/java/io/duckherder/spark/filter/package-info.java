/** Spark's pushed predicates as DuckDB conditions, where both mean exactly the same. */
@NullMarked
package io.duckherder.spark.filter;

import org.jspecify.annotations.NullMarked;

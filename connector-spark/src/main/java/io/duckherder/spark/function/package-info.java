/** DuckDB's scalar functions as functions of the Spark catalog. */
@NullMarked
package io.duckherder.spark.function;

import org.jspecify.annotations.NullMarked;

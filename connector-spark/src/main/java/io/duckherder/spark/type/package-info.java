/** The Spark type of each DuckDB type. */
@NullMarked
package io.duckherder.spark.type;

import org.jspecify.annotations.NullMarked;

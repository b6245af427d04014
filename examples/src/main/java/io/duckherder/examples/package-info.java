/** Spark jobs that read DuckDB through Duckherder. */
@NullMarked
package io.duckherder.examples;

import org.jspecify.annotations.NullMarked;

/**
 * The Spark DataSource V2 over DuckDB: options, schema, push-down, scan and readers. Classes mirror
 * Spark's roles.
 */
@NullMarked
package io.duckherder.spark;

import org.jspecify.annotations.NullMarked;

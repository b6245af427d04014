/**
 * The demo: one query on a cluster of three processes and in Spark, each answer held against
 * DuckDB's own.
 */
@NullMarked
package io.duckherder.cluster.demo;

import org.jspecify.annotations.NullMarked;

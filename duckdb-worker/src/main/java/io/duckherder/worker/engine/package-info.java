/**
 * The embedded DuckDB: one instance per snapshot, closed when idle, and the Arrow streams of the
 * fragments that run on it. No sockets; a JVM of another program can hold it.
 */
@NullMarked
package io.duckherder.worker.engine;

import org.jspecify.annotations.NullMarked;

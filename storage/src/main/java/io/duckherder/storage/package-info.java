/**
 * The snapshots of a database that the cluster writes: layers of changed blocks under a manifest,
 * and the plain DuckDB files that are made of them. Files only: no sockets, no queries.
 */
@NullMarked
package io.duckherder.storage;

import org.jspecify.annotations.NullMarked;

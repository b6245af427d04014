/**
 * Snapshots as plain DuckDB files: slots that are patched from one snapshot to another while nobody
 * uses them, shared by all processes of a host.
 */
@NullMarked
package io.duckherder.storage.replica;

import org.jspecify.annotations.NullMarked;

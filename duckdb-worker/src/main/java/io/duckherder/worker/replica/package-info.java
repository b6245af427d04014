/** Sealed snapshots as files for an engine, and where a process gets what it makes them of. */
@NullMarked
package io.duckherder.worker.replica;

import org.jspecify.annotations.NullMarked;

/** Writes of connectors that are not committed yet. */
@NullMarked
package io.duckherder.cluster.staging;

import org.jspecify.annotations.NullMarked;

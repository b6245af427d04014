/** Drivers that are killed while they write: what was acknowledged is there after. */
@NullMarked
package io.duckherder.cluster.crash;

import org.jspecify.annotations.NullMarked;

/** The commands of {@code duckherder-cluster}: what they take, what they print, how they exit. */
@NullMarked
package io.duckherder.cluster.cli;

import org.jspecify.annotations.NullMarked;

/** The driver process: what it serves, how it starts and how it stops. */
@NullMarked
package io.duckherder.cluster.driver;

import org.jspecify.annotations.NullMarked;

/** A client of the driver, as the command line uses it: Flight SQL and the driver's own actions. */
@NullMarked
package io.duckherder.cluster.client;

import org.jspecify.annotations.NullMarked;

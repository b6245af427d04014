/** Who may call the driver: clients by token, workers by the cluster's secret. */
@NullMarked
package io.duckherder.cluster.security;

import org.jspecify.annotations.NullMarked;

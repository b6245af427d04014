/**
 * How a worker gets what replicas are made of from its driver: descriptions by actions, bytes by
 * tickets. All of it needs the cluster's secret.
 */
@NullMarked
package io.duckherder.wire.replication;

import org.jspecify.annotations.NullMarked;

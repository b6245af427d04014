/** What the driver gives workers that cannot see its files: descriptions, digests and bytes. */
@NullMarked
package io.duckherder.cluster.replication;

import org.jspecify.annotations.NullMarked;

/** What a read is pinned to: the databases of the cluster, each with the identity of its file. */
@NullMarked
package io.duckherder.snapshot;

import org.jspecify.annotations.NullMarked;

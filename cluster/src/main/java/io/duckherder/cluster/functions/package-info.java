/** SQL functions about the cluster itself: its workers, its queries, and what acts on them. */
@NullMarked
package io.duckherder.cluster.functions;

import org.jspecify.annotations.NullMarked;

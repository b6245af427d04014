/**
 * The databases that the driver writes: the one DuckDB that has them open, who may enter it when,
 * when it checkpoints, and when their next snapshot is sealed.
 */
@NullMarked
package io.duckherder.cluster.managed;

import org.jspecify.annotations.NullMarked;

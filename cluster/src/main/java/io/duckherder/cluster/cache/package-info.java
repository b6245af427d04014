/** The result cache: answers that are kept for the same question on the same snapshot. */
@NullMarked
package io.duckherder.cluster.cache;

import org.jspecify.annotations.NullMarked;

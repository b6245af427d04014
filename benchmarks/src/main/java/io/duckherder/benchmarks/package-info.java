/**
 * Benchmarks that compare sources in one run: each round runs every source once, in another order,
 * so that what disturbs the machine disturbs them all.
 */
@NullMarked
package io.duckherder.benchmarks;

import org.jspecify.annotations.NullMarked;

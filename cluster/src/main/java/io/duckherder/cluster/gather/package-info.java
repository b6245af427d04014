/**
 * Gathering: the fragments of a query run on workers, several at once, and their rows come back as
 * one stream in the fragments' order.
 */
@NullMarked
package io.duckherder.cluster.gather;

import org.jspecify.annotations.NullMarked;

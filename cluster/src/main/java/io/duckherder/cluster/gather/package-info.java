/**
 * Gathering: the rows of what runs at the same time become one stream, one after the other or
 * merged by their order, with bounded memory. Rows that may not go on yet are held back, on disk if
 * need be.
 */
@NullMarked
package io.duckherder.cluster.gather;

import org.jspecify.annotations.NullMarked;

/**
 * Sealing: from the live database file, while it is written, to a new layer in the store. The store
 * of one database is opened here.
 */
@NullMarked
package io.duckherder.storage.seal;

import org.jspecify.annotations.NullMarked;

/** The databases that a driver serves, and which snapshot of them is the current one. */
@NullMarked
package io.duckherder.cluster.database;

import org.jspecify.annotations.NullMarked;

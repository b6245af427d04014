/**
 * The rows of writes that are not committed yet, as Arrow files outside of any database, and the
 * transaction that takes them in.
 */
@NullMarked
package io.duckherder.worker.staging;

import org.jspecify.annotations.NullMarked;

/**
 * The Flight SQL service: what a statement is, where it runs, and how its result reaches the
 * client.
 */
@NullMarked
package io.duckherder.cluster.sql;

import org.jspecify.annotations.NullMarked;

/**
 * SQL through Flight SQL, measured on real processes beside what it can be compared with, turn by
 * turn in one run.
 */
@NullMarked
package io.duckherder.benchmarks.sql;

import org.jspecify.annotations.NullMarked;

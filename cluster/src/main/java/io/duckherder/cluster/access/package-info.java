/** Which files of the server SQL of clients may reach: a decision about paths, before DuckDB's. */
@NullMarked
package io.duckherder.cluster.access;

import org.jspecify.annotations.NullMarked;

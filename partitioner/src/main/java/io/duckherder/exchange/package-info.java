/** How rows look while they are on their way from one DuckDB to another. */
@NullMarked
package io.duckherder.exchange;

import org.jspecify.annotations.NullMarked;

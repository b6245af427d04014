/** From a statement to fragments: DuckDB optimises, these classes cut. */
@NullMarked
package io.duckherder.plan;

import org.jspecify.annotations.NullMarked;

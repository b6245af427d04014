/** DuckDB's types as text, as a tree, and as Spark's types. */
@NullMarked
package io.duckherder.spark.type;

import org.jspecify.annotations.NullMarked;

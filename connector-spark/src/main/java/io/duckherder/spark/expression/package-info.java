/** Spark's expressions as DuckDB SQL, where both mean exactly the same. */
@NullMarked
package io.duckherder.spark.expression;

import org.jspecify.annotations.NullMarked;

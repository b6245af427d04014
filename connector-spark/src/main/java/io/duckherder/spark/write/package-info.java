/** Writes: tasks stage rows, Spark's driver commits them. */
@NullMarked
package io.duckherder.spark.write;

import org.jspecify.annotations.NullMarked;

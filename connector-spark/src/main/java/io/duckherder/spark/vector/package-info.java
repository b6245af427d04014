/** Spark column vectors that read Arrow memory in place, one class for each physical form. */
@NullMarked
package io.duckherder.spark.vector;

import org.jspecify.annotations.NullMarked;

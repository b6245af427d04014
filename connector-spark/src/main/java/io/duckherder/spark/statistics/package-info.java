/** What Spark's optimizer is told of the rows of a scan. */
@NullMarked
package io.duckherder.spark.statistics;

import org.jspecify.annotations.NullMarked;

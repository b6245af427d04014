/** What Spark pushes beside columns and filters: aggregates, sorted starts, samples, joins. */
@NullMarked
package io.duckherder.spark.pushdown;

import org.jspecify.annotations.NullMarked;

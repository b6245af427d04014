/** What a read counts, as Spark's UI shows it. */
@NullMarked
package io.duckherder.spark.metric;

import org.jspecify.annotations.NullMarked;

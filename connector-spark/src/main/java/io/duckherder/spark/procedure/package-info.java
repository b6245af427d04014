/** The cluster's own calls as procedures of the Spark catalog. */
@NullMarked
package io.duckherder.spark.procedure;

import org.jspecify.annotations.NullMarked;

/** The options of the data source: names, defaults, checks. */
@NullMarked
package io.duckherder.spark.option;

import org.jspecify.annotations.NullMarked;

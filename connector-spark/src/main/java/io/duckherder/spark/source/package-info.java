/** Where rows come from: a file through the DuckDB of this JVM, or a cluster. */
@NullMarked
package io.duckherder.spark.source;

import org.jspecify.annotations.NullMarked;

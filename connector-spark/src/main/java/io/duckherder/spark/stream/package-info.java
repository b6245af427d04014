/** What came to a table of a managed database between two of its snapshots, as a stream. */
@NullMarked
package io.duckherder.spark.stream;

import org.jspecify.annotations.NullMarked;

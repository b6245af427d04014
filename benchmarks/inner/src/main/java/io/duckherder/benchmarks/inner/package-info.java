/** Inner loops, measured by JMH: what is done for each row group, partition or block. */
@NullMarked
package io.duckherder.benchmarks.inner;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.duckherder.benchmarks.report;

import org.jspecify.annotations.NullMarked;

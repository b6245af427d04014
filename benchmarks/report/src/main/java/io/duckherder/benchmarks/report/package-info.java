/**
 * What benchmarks measured. Each benchmark leaves {@link
 * io.duckherder.benchmarks.report.MeasuredGroup groups}; a {@link
 * io.duckherder.benchmarks.report.Recording} holds all of one run.
 */
@NullMarked
package io.duckherder.benchmarks.report;

import org.jspecify.annotations.NullMarked;

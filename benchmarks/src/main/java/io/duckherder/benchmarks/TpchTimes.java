package io.duckherder.benchmarks;

import io.duckherder.benchmarks.report.Timings;

/** The times of one query from one source. */
record TpchTimes(Timings planning, Timings whole) {
  TpchTimes() {
    this(new Timings(), new Timings());
  }
}

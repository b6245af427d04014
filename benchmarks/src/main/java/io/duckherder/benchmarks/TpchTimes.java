package io.duckherder.benchmarks;

/** The times of one query from one source. */
record TpchTimes(Timings planning, Timings whole) {
  TpchTimes() {
    this(new Timings(), new Timings());
  }
}

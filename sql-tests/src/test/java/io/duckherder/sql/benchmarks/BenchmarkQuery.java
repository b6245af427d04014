package io.duckherder.sql.benchmarks;

/** One query of a benchmark. */
record BenchmarkQuery(Benchmark benchmark, int number) {
  /** Its text, without a semicolon. */
  String sql() {
    return benchmark.text(number).replaceAll("[\\s;]+$", "");
  }

  @Override
  public String toString() {
    return "%s q%02d".formatted(benchmark.database(), number);
  }
}

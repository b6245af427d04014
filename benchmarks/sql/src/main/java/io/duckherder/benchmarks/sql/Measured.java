package io.duckherder.benchmarks.sql;

/**
 * Queries of one server.
 *
 * @param latencies how long each took
 * @param cpuSeconds the processor time of the server for all
 */
record Measured(Latencies latencies, double cpuSeconds) {
  static Measured nothing() {
    return new Measured(new Latencies(), 0);
  }

  /** Both together; the latencies of the other are added to these. */
  Measured plus(Measured other) {
    latencies.addAll(other.latencies);
    return new Measured(latencies, cpuSeconds + other.cpuSeconds);
  }

  double cpuMillis() {
    return cpuSeconds * 1_000 / latencies.count();
  }
}

package io.duckherder.benchmarks.sql;

import io.duckherder.benchmarks.report.Measurement;
import io.duckherder.benchmarks.report.Timings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The runs of one query by one contender. */
final class QueryCosts {
  private final List<QueryCost> costs = new ArrayList<>();

  void add(QueryCost cost) {
    costs.add(cost);
  }

  double medianSeconds() {
    return seconds().median();
  }

  /** Their times as a row of a group. */
  Measurement measurement(String name, String source) {
    return seconds().measurement(name, source);
  }

  private Timings seconds() {
    Timings seconds = new Timings();
    costs.forEach(cost -> seconds.add(cost.seconds()));
    return seconds;
  }

  /** Their mean: the system counts processor time in steps that are too long for one run. */
  double cpuSeconds() {
    return mean(QueryCost::cpuSeconds);
  }

  double workerCpuSeconds() {
    return mean(QueryCost::workerCpuSeconds);
  }

  private double mean(ToDoubleFunction<QueryCost> part) {
    return costs.stream().mapToDouble(part).average().orElse(0);
  }
}

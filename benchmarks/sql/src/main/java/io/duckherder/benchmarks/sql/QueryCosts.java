package io.duckherder.benchmarks.sql;

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
    double[] sorted = costs.stream().mapToDouble(QueryCost::seconds).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
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

package io.duckherder.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The times of one source under one workload, in seconds. */
final class Timings {
  private final List<Double> seconds = new ArrayList<>();

  void add(double time) {
    seconds.add(time);
  }

  double median() {
    List<Double> sorted = sorted();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double least() {
    return sorted().get(0);
  }

  double greatest() {
    List<Double> sorted = sorted();
    return sorted.get(sorted.size() - 1);
  }

  List<Double> all() {
    return List.copyOf(seconds);
  }

  private List<Double> sorted() {
    List<Double> sorted = new ArrayList<>(seconds);
    Collections.sort(sorted);
    return sorted;
  }
}

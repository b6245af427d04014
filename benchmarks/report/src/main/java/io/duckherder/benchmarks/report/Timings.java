package io.duckherder.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What one source took for one task, round by round. */
public final class Timings {
  private final List<Double> values = new ArrayList<>();

  /** Adds a round, in whatever unit the others are in. */
  public void add(double value) {
    values.add(value);
  }

  public double median() {
    List<Double> sorted = sorted();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  public double least() {
    return sorted().get(0);
  }

  public double greatest() {
    List<Double> sorted = sorted();
    return sorted.get(sorted.size() - 1);
  }

  /** All of them as a row of a group. */
  public Measurement measurement(String name, String source) {
    return new Measurement(name, source, median(), least(), greatest());
  }

  private List<Double> sorted() {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted;
  }
}

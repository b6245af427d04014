package io.duckherder.benchmarks.report;

import java.util.List;

/**
 * Measurements that belong together, since they were taken in turns.
 *
 * @param id names it in files and from run to run
 * @param unit of its measurements, such as {@code s}
 */
public record MeasuredGroup(
    String id, String title, String unit, List<Measurement> rows, List<Ratio> ratios) {
  /** Copies the lists. */
  public MeasuredGroup {
    rows = List.copyOf(rows);
    ratios = List.copyOf(ratios);
  }

  /** The sources, in the order of their first measurements. */
  List<String> sources() {
    return rows.stream().map(Measurement::source).distinct().toList();
  }

  /** The tasks, in the order of their first measurements. */
  List<String> names() {
    return rows.stream().map(Measurement::name).distinct().toList();
  }
}

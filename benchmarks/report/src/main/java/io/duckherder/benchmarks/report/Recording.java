package io.duckherder.benchmarks.report;

import java.util.List;

/**
 * All groups of one run.
 *
 * @param recorded the day, as in 2026-01-31
 * @param machine what it ran on, for people
 */
public record Recording(String recorded, String machine, List<MeasuredGroup> groups) {
  /** Copies the list. */
  public Recording {
    groups = List.copyOf(groups);
  }
}

package io.duckherder.cluster.schedule;

import io.duckherder.cluster.schedule.TaskReport.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects the reports of a query. Safe for use by many threads. */
public final class TaskReports implements TaskListener {
  /** Guarded by this. */
  private final List<TaskReport> reports = new ArrayList<>();

  @Override
  public synchronized void ended(TaskReport report) {
    reports.add(report);
  }

  /** All that ended so far, by stage, task and attempt. */
  public synchronized List<TaskReport> all() {
    return reports.stream()
        .sorted(
            Comparator.comparingInt(TaskReport::stage)
                .thenComparingInt(TaskReport::task)
                .thenComparingInt(TaskReport::attempt))
        .toList();
  }

  /** The ids of the workers whose rows were used. */
  public synchronized Set<String> workers() {
    Set<String> workers = new TreeSet<>();
    reports.stream().filter(TaskReports::wasUsed).forEach(report -> workers.add(report.worker()));
    return workers;
  }

  /** Tasks that are done, of all stages. */
  public synchronized long done() {
    return reports.stream()
        .filter(report -> report.outcome() == Outcome.DONE)
        .map(report -> List.of(report.stage(), report.task()))
        .distinct()
        .count();
  }

  /** Runs beyond the first of each task, but for those that only raced another. */
  public synchronized long retries() {
    return reports.stream().filter(report -> report.attempt() > 0 && !report.speculative()).count();
  }

  /** A run that a LIMIT ended early gave rows to the answer too. */
  private static boolean wasUsed(TaskReport report) {
    return report.outcome() == Outcome.DONE
        || (report.outcome() == Outcome.CANCELLED && report.rows() > 0);
  }
}

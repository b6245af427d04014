package io.duckherder.benchmarks.sql;

import java.util.List;
import java.util.Locale;

/** What the cluster and the single processes took for each query, and together, as Markdown. */
final class DistributedReport {
  private final StringBuilder text = new StringBuilder();
  private final double[] totals = new double[7];
  private final int workers;
  private int queries;
  private int onAllWorkers;

  /**
   * An empty one.
   *
   * @param workers how many the cluster has
   */
  DistributedReport(int workers) {
    this.workers = workers;
    text.append(
        "| query | 1 thread ms | 2 threads ms | cluster ms | 1 thread / cluster"
            + " | cluster / 2 threads | stages | tasks | workers used | planning ms"
            + " | CPU ms, 1 thread | CPU ms, 2 threads | CPU ms, driver | CPU ms, workers |\n"
            + "|---".repeat(14)
            + "|\n");
  }

  /** A line for a query. */
  void add(
      int query,
      QueryCosts one,
      QueryCosts two,
      QueryCosts cluster,
      ClusterContender.Execution execution) {
    double[] values = {
      one.medianSeconds(),
      two.medianSeconds(),
      cluster.medianSeconds(),
      one.cpuSeconds(),
      two.cpuSeconds(),
      cluster.cpuSeconds(),
      cluster.workerCpuSeconds()
    };
    for (int i = 0; i < values.length; i++) {
      totals[i] += values[i];
    }
    queries++;
    onAllWorkers += execution.workers() >= workers ? 1 : 0;
    line(
        String.valueOf(query),
        values,
        List.of(
            String.valueOf(execution.stages()),
            String.valueOf(execution.tasks()),
            String.valueOf(execution.workers()),
            "%.1f".formatted(execution.planningMillis())));
  }

  /** The table, with its totals. */
  String markdown() {
    line("total", totals, List.of("", "", "%d of %d use all".formatted(onAllWorkers, queries), ""));
    return text.toString();
  }

  private void line(String name, double[] values, List<String> how) {
    text.append("| %s | %s | %s | %s".formatted(name, ms(values[0]), ms(values[1]), ms(values[2])));
    text.append(String.format(Locale.ROOT, " | %.2f", values[0] / values[2]));
    text.append(String.format(Locale.ROOT, " | %.2f | ", values[2] / values[1]));
    text.append(String.join(" | ", how));
    for (int i = 3; i < values.length; i++) {
      text.append(" | ").append(ms(values[i]));
    }
    text.append(" |\n");
  }

  private static String ms(double seconds) {
    return String.format(Locale.ROOT, "%.0f", seconds * 1_000);
  }
}

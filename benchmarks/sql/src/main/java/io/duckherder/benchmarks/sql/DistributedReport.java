package io.duckherder.benchmarks.sql;

import io.duckherder.benchmarks.report.MeasuredGroup;
import io.duckherder.benchmarks.report.Measurement;
import io.duckherder.benchmarks.report.Ratio;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the cluster and the single processes took for each query, and together, as Markdown. */
final class DistributedReport {
  private final StringBuilder text = new StringBuilder();
  private final double[] totals = new double[7];
  private final int workers;
  private final List<Measurement> measurements = new ArrayList<>();
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
    String name = "q" + query;
    measurements.add(one.measurement(name, "DuckDB, 1 thread"));
    measurements.add(two.measurement(name, "DuckDB, 2 threads"));
    measurements.add(cluster.measurement(name, "cluster, 2 workers of 1 thread"));
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

  /** The queries and the ratios of their sums, for a recording. */
  MeasuredGroup group(int scale) {
    return new MeasuredGroup(
        "distributed-sf" + scale,
        "TPC-H SF%d on a cluster, all distributed".formatted(scale),
        "s",
        measurements,
        List.of(
            new Ratio(
                "speed of the cluster to 1 thread's",
                totals[0] / totals[2],
                Ratio.Better.MORE,
                1.7),
            new Ratio(
                "time of the cluster to 2 threads'",
                totals[2] / totals[1],
                Ratio.Better.LESS,
                1.25)));
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

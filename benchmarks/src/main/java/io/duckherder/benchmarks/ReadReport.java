package io.duckherder.benchmarks;

import io.duckherder.benchmarks.report.MeasuredGroup;
import io.duckherder.benchmarks.report.Ratio;
import io.duckherder.benchmarks.report.Timings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results as a Markdown table, or as groups: medians, spread, and ratios to two of the sources.
 */
final class ReadReport {
  private final Map<Workload, Map<ReadSource, Timings>> results;
  private final Map<Workload, Integer> partitions;

  ReadReport(Map<Workload, Map<ReadSource, Timings>> results, Map<Workload, Integer> partitions) {
    this.results = results;
    this.partitions = partitions;
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    results.forEach((workload, timings) -> append(text, workload, timings));
    return text.toString();
  }

  /** The results of each workload, for a recording. */
  List<MeasuredGroup> groups() {
    return results.entrySet().stream()
        .map(result -> group(result.getKey(), result.getValue()))
        .toList();
  }

  private static MeasuredGroup group(Workload workload, Map<ReadSource, Timings> timings) {
    List<Ratio> ratios = new ArrayList<>();
    for (ReadSource ours : List.of(ReadSource.CLUSTER, ReadSource.EMBEDDED)) {
      add(ratios, timings, ours, ReadSource.PARQUET, Ratio.Better.LESS, workload.aimOfParquet());
      add(ratios, timings, ReadSource.JDBC_MANY, ours, Ratio.Better.MORE, null);
    }
    return new MeasuredGroup(
        workload.id(),
        "Spark reads lineitem: " + workload.title(),
        "s",
        timings.entrySet().stream()
            .map(source -> source.getValue().measurement("read", source.getKey().title()))
            .toList(),
        ratios);
  }

  private static void add(
      List<Ratio> ratios,
      Map<ReadSource, Timings> timings,
      ReadSource of,
      ReadSource to,
      Ratio.Better better,
      @Nullable Double aim) {
    Timings one = timings.get(of);
    Timings other = timings.get(to);
    if (one != null && other != null) {
      ratios.add(
          new Ratio(
              "time of %s to that of %s".formatted(of.title(), to.title()),
              one.median() / other.median(),
              better,
              aim));
    }
  }

  private void append(StringBuilder text, Workload workload, Map<ReadSource, Timings> timings) {
    text.append(
        "\n### %s (%d partitions)\n\n"
            .formatted(workload.title(), partitions.getOrDefault(workload, 0)));
    text.append(
        "| source | median s | least to greatest s | x Parquet's time | JDBC 1 is x slower"
            + " | JDBC same is x slower |\n|---|---|---|---|---|---|\n");
    timings.forEach(
        (source, times) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f to %.2f | %s | %s | %s |\n",
                    source.title(),
                    times.median(),
                    times.least(),
                    times.greatest(),
                    ratio("%.2f", times, timings.get(ReadSource.PARQUET)),
                    ratio("%.1f", timings.get(ReadSource.JDBC_ONE), times),
                    ratio("%.1f", timings.get(ReadSource.JDBC_MANY), times))));
  }

  private static String ratio(String format, @Nullable Timings of, @Nullable Timings to) {
    return of == null || to == null
        ? "-"
        : String.format(Locale.ROOT, format, of.median() / to.median());
  }
}

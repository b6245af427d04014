package io.duckherder.benchmarks;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The results as a Markdown table: medians, spread, and ratios to two of the sources. */
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

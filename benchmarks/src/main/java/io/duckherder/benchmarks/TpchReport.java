package io.duckherder.benchmarks;

import static io.duckherder.benchmarks.report.Ratio.Better.LESS;
import static io.duckherder.benchmarks.report.Ratio.Better.MORE;

import io.duckherder.benchmarks.report.MeasuredGroup;
import io.duckherder.benchmarks.report.Measurement;
import io.duckherder.benchmarks.report.Ratio;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The times of the TPC-H queries as a Markdown table: medians, and ratios to those of Parquet. */
final class TpchReport {
  private final Map<Integer, Map<TpchSource, TpchTimes>> times;

  TpchReport(Map<Integer, Map<TpchSource, TpchTimes>> times) {
    this.times = times;
  }

  /** The same for a recording, with planning left out. */
  MeasuredGroup group(int scale) {
    List<Measurement> rows = new ArrayList<>();
    List<Ratio> ratios = new ArrayList<>();
    for (TpchSource source : TpchSource.values()) {
      times
          .keySet()
          .forEach(
              query ->
                  rows.add(of(query, source).whole().measurement("q" + query, source.title())));
    }
    double joins = total(TpchSource.DUCKHERDER_JOINS);
    double parquet = total(TpchSource.PARQUET);
    ratios.add(
        ratio("time of all queries, joins pushed, to Parquet's", joins / parquet, LESS, 0.5));
    if (times.keySet().containsAll(List.of(1, 6))) {
      ratios.add(ratio("speed of Q1 to Parquet's", speed(1), MORE, 10.0));
      ratios.add(ratio("speed of Q6 to Parquet's", speed(6), MORE, 4.0));
    }
    return new MeasuredGroup(
        "spark-tpch", "TPC-H SF%d through Spark".formatted(scale), "s", rows, ratios);
  }

  private static Ratio ratio(String name, double value, Ratio.Better better, double aim) {
    return new Ratio(name, value, better, aim);
  }

  private double speed(int query) {
    return parquet(query) / of(query, TpchSource.DUCKHERDER_JOINS).whole().median();
  }

  String markdown() {
    StringBuilder text = new StringBuilder("| query |");
    for (TpchSource source : TpchSource.values()) {
      text.append(" %s, s | of it planning, ms | x Parquet's time |".formatted(source.title()));
    }
    text.append("\n|---|").append("---|".repeat(3 * TpchSource.values().length)).append('\n');
    times.keySet().forEach(query -> append(text, query));
    append(text);
    for (TpchSource source : TpchSource.values()) {
      if (source != TpchSource.PARQUET) {
        text.append(
            "\n%s: total %s of Parquet's, Q1 %s faster, Q6 %s faster\n"
                .formatted(
                    source.title(),
                    number("%.2fx", total(source) / total(TpchSource.PARQUET)),
                    faster(source, 1),
                    faster(source, 6)));
      }
    }
    return text.toString();
  }

  private void append(StringBuilder text, int query) {
    text.append("| %d |".formatted(query));
    for (TpchSource source : TpchSource.values()) {
      TpchTimes of = of(query, source);
      double seconds = of.whole().median();
      text.append(number(" %.2f |", seconds))
          .append(number(" %.0f |", of.planning().median() * 1000))
          .append(number(" %.2f |", seconds / parquet(query)));
    }
    text.append('\n');
  }

  private void append(StringBuilder text) {
    text.append("| all |");
    for (TpchSource source : TpchSource.values()) {
      text.append(number(" %.2f | |", total(source)))
          .append(number(" %.2f |", total(source) / total(TpchSource.PARQUET)));
    }
    text.append('\n');
  }

  private String faster(TpchSource source, int query) {
    return times.containsKey(query)
        ? number("%.1fx", parquet(query) / of(query, source).whole().median())
        : "?";
  }

  private double total(TpchSource source) {
    return times.keySet().stream().mapToDouble(query -> of(query, source).whole().median()).sum();
  }

  private double parquet(int query) {
    return of(query, TpchSource.PARQUET).whole().median();
  }

  private TpchTimes of(int query, TpchSource source) {
    return Objects.requireNonNull(Objects.requireNonNull(times.get(query)).get(source));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}

package io.duckherder.benchmarks;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The times of the TPC-H queries as a Markdown table: medians, and ratios to those of Parquet. */
final class TpchReport {
  private final Map<Integer, Map<TpchSource, TpchTimes>> times;

  TpchReport(Map<Integer, Map<TpchSource, TpchTimes>> times) {
    this.times = times;
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

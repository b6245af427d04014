package io.duckherder.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** A recording as Markdown: a chart, its numbers and its ratios for each group. */
final class RecordingTable {
  private final StringBuilder text = new StringBuilder();

  private RecordingTable() {}

  /** The whole page. */
  static String of(Recording recording) {
    RecordingTable table = new RecordingTable();
    table.text.append(
        "# Measured\n\n<!-- Written by benchmarks/run; changes here are lost. -->\n\n");
    table.line(
        "Recorded on %s on %s. Each group was measured in turns, in one run; the marks are medians,"
            + " with the least and the greatest of all rounds. How: [benchmarks](../benchmarks.md).\n",
        recording.recorded(), recording.machine());
    recording.groups().forEach(table::add);
    return table.text.toString();
  }

  private void add(MeasuredGroup group) {
    line("## %s\n", group.title());
    line("![%s](%s.svg)\n", group.title(), group.id());
    if (!group.ratios().isEmpty()) {
      line("| ratio | value | aim |\n|---|---|---|");
      group
          .ratios()
          .forEach(ratio -> line("| %s | %.2f | %s |", ratio.name(), ratio.value(), aim(ratio)));
      line("");
    }
    List<String> sources = group.sources();
    line("| %s | %s |", group.unit(), String.join(" | ", sources));
    line("|---|%s", "---|".repeat(sources.size()));
    for (String name : group.names()) {
      text.append("| ").append(name).append(" |");
      for (String source : sources) {
        text.append(
            group.rows().stream()
                .filter(row -> row.name().equals(name) && row.source().equals(source))
                .findFirst()
                .map(RecordingTable::cell)
                .orElse(" - |"));
      }
      text.append('\n');
    }
    line("");
  }

  private static String cell(Measurement row) {
    return " %s (%s to %s) |"
        .formatted(number(row.median()), number(row.least()), number(row.greatest()));
  }

  private static String aim(Ratio ratio) {
    if (ratio.aim() == null) {
      return "";
    }
    String bound = ratio.better() == Ratio.Better.MORE ? "at least" : "at most";
    return "%s %s%s".formatted(bound, number(ratio.aim()), ratio.missesAim() ? ", **missed**" : "");
  }

  /** Three digits that count. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}

package io.duckherder.benchmarks.sql;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What seals and reads took, as Markdown. */
final class SealReport {
  private final StringBuilder seals = new StringBuilder();
  private final StringBuilder reads = new StringBuilder();

  /** What the first file took, which the others are held against. */
  private final Map<String, Double> first = new LinkedHashMap<>();

  SealReport() {
    seals.append(
        "| file | change | seal ms | layer bytes | x first file's | after checkpoint ms | layer bytes | x first file's |\n");
    seals.append("|---".repeat(8)).append("|\n");
    reads.append(
        "| file | read | after a commit p50 ms | p95 | without p50 ms | p95 | p50 x without |\n");
    reads.append("|---".repeat(7)).append("|\n");
  }

  /** A line for a change. */
  void add(String file, String change, Seal logged, Seal checkpointed) {
    line(
        seals,
        "| %s | %s | %.1f | %,d | %.2f | %.1f | %,d | %.2f |",
        file,
        change,
        logged.nanos() / 1e6,
        logged.bytes(),
        ratio(change + " logged", logged.nanos()),
        checkpointed.nanos() / 1e6,
        checkpointed.bytes(),
        ratio(change + " checkpointed", checkpointed.nanos()));
  }

  /** A line for a read. */
  void addRead(String file, String read, Latencies after, Latencies alone) {
    line(
        reads,
        "| %s | %s | %.1f | %.1f | %.1f | %.1f | %.2f |",
        file,
        read,
        after.millis(0.5),
        after.millis(0.95),
        alone.millis(0.5),
        alone.millis(0.95),
        after.millis(0.5) / alone.millis(0.5));
  }

  private double ratio(String what, long nanos) {
    Double before = first.putIfAbsent(what, (double) nanos);
    return before == null ? 1 : nanos / before;
  }

  private static void line(StringBuilder table, String format, Object... values) {
    String line = String.format(Locale.ROOT, format, values);
    System.err.println(line);
    table.append(line).append('\n');
  }

  /** Both tables. */
  String markdown() {
    return seals + "\n" + reads;
  }
}

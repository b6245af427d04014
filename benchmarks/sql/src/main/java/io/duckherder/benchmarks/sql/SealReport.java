package io.duckherder.benchmarks.sql;

import io.duckherder.benchmarks.report.MeasuredGroup;
import io.duckherder.benchmarks.report.Measurement;
import io.duckherder.benchmarks.report.Ratio;
import io.duckherder.benchmarks.report.Timings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What seals and reads took, as Markdown. */
final class SealReport {
  /** How many times as long 1,000 rows may take in a file of ten times the size. */
  private static final double AIM = 3;

  private final StringBuilder seals = new StringBuilder();
  private final StringBuilder reads = new StringBuilder();
  private final List<Measurement> measurements = new ArrayList<>();
  private final List<Ratio> ratios = new ArrayList<>();

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
  void add(String file, String change, List<Seal> ofLog, List<Seal> ofCheckpoint) {
    Seal logged = Seal.median(ofLog);
    Seal checkpointed = Seal.median(ofCheckpoint);
    measurements.add(measurement(change, file, ofLog));
    measurements.add(measurement(change + ", checkpointed", file, ofCheckpoint));
    line(
        seals,
        "| %s | %s | %.1f | %,d | %.2f | %.1f | %,d | %.2f |",
        file,
        change,
        logged.nanos() / 1e6,
        logged.bytes(),
        ratio(file, change, logged.nanos()),
        checkpointed.nanos() / 1e6,
        checkpointed.bytes(),
        ratio(file, change + ", checkpointed", checkpointed.nanos()));
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

  private static Measurement measurement(String name, String source, List<Seal> seals) {
    Timings millis = new Timings();
    seals.forEach(seal -> millis.add(seal.nanos() / 1e6));
    return millis.measurement(name, source);
  }

  private double ratio(String file, String what, long nanos) {
    Double before = first.putIfAbsent(what, (double) nanos);
    if (before == null) {
      return 1;
    }
    double ratio = nanos / before;
    Double aim = what.contains(" 1,000") && !what.contains("SCATTERED") ? AIM : null;
    ratios.add(
        new Ratio("%s, %s to the first file".formatted(what, file), ratio, Ratio.Better.LESS, aim));
    return ratio;
  }

  /** The seals, for a recording. */
  MeasuredGroup group() {
    return new MeasuredGroup(
        "seal", "Seals after changes, by size of the file", "ms", measurements, ratios);
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

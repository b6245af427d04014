package io.duckherder.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * A group as bars in an SVG file: one for each measurement, with a thin line from its least to its
 * greatest value. Made of text alone, since Java's own drawing needs fonts that servers lack.
 */
final class BarChart {
  private static final List<String> COLOURS =
      List.of("#f2a900", "#2f6690", "#8a9aa8", "#b5541c", "#5b8e7d", "#7d5ba6", "#3d3d3d");
  private static final int WIDTH = 760;
  private static final int LEFT = 190;
  private static final int RIGHT = 90;
  private static final int BAR = 16;
  private static final int GAP = 10;
  private static final int HEAD = 34;

  private final MeasuredGroup group;
  private final List<String> sources;
  private final double greatest;
  private final StringBuilder text = new StringBuilder();
  private int y;

  private BarChart(MeasuredGroup group) {
    this.group = group;
    this.sources = group.sources();
    this.greatest = group.rows().stream().mapToDouble(Measurement::median).max().orElse(1);
  }

  /** The picture. */
  static String svg(MeasuredGroup group) {
    return new BarChart(group).draw();
  }

  private String draw() {
    int height =
        HEAD + 20 * sources.size() + group.rows().size() * BAR + group.names().size() * GAP + GAP;
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"system-ui, sans-serif\" font-size=\"12\">",
        WIDTH, height, WIDTH, height);
    line("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    line(
        "<text x=\"10\" y=\"20\" font-size=\"15\" font-weight=\"600\">%s, %s</text>",
        escaped(group.title()), escaped(group.unit()));
    y = HEAD;
    legend();
    for (String name : group.names()) {
      y += GAP;
      bars(name);
    }
    line("</svg>");
    return text.toString();
  }

  private void legend() {
    for (String source : sources) {
      line(
          "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>",
          LEFT, y, colour(source));
      line("<text x=\"%d\" y=\"%d\">%s</text>", LEFT + 18, y + 10, escaped(source));
      y += 20;
    }
  }

  private void bars(String name) {
    List<Measurement> rows = group.rows().stream().filter(row -> row.name().equals(name)).toList();
    line(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
        LEFT - 8, y + rows.size() * BAR / 2 + 4, escaped(name));
    for (Measurement row : rows) {
      int middle = y + BAR / 2;
      line(
          "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
          LEFT, y + 1, length(row.median()), BAR - 2, colour(row.source()));
      line(
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#000000\" stroke-opacity=\"0.5\"/>",
          LEFT + length(row.least()), middle, LEFT + length(row.greatest()), middle);
      line(
          "<text x=\"%.1f\" y=\"%d\" font-size=\"11\">%s</text>",
          LEFT + length(Math.max(row.median(), row.greatest())) + 5,
          middle + 4,
          RecordingTable.number(row.median()));
      y += BAR;
    }
  }

  /** A value's place on the axis; far outliers end at the edge. */
  private double length(double value) {
    double most = WIDTH - LEFT - RIGHT;
    return Math.min(most * 1.04, most * value / greatest);
  }

  private String colour(String source) {
    return COLOURS.get(sources.indexOf(source) % COLOURS.size());
  }

  private static String escaped(String plain) {
    return plain.replace("&", "&amp;").replace("<", "&lt;");
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}

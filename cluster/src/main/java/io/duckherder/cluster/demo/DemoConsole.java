package io.duckherder.cluster.demo;

import io.duckherder.cluster.format.TableResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalInt;

/** What the person sees: steps, progress, tables. Colours and redrawn lines only on a terminal. */
final class DemoConsole {
  private static final int BAR = 30;
  private static final int PERCENT = 100;
  private static final int QUARTER = 25;

  private final PrintWriter out;
  private final OptionalInt terminalWidth;
  private int shownPercent = -1;

  /**
   * @param terminalWidth columns of the terminal, absent if there is none
   */
  DemoConsole(PrintWriter out, OptionalInt terminalWidth) {
    this.out = out;
    this.terminalWidth = terminalWidth;
  }

  void heading(String text) {
    out.println();
    line(bold(text));
  }

  void line(String text) {
    out.println(text);
    out.flush();
  }

  /** Shows how far a long step has come. */
  void progress(String what, long done, long expected) {
    int percent = (int) (done * PERCENT / Math.max(1, expected));
    if (terminalWidth.isPresent()) {
      if (percent != shownPercent) {
        int filled = percent * BAR / PERCENT;
        out.printf(
            Locale.ROOT,
            "\r  %s%s %3d%%  %,d %s",
            "█".repeat(filled),
            "░".repeat(BAR - filled),
            percent,
            done,
            what);
        out.print(percent == PERCENT ? "\n" : "");
      }
    } else if (percent / QUARTER != shownPercent / QUARTER || shownPercent < 0) {
      out.printf(Locale.ROOT, "  %d%%%n", percent);
    }
    shownPercent = percent;
    out.flush();
  }

  /** Prints the first rows of an answer as a table, and how many there are. */
  void table(Answer answer, int rows) {
    try {
      new TableResult(out, terminalWidth, 0).print(answer.first(rows));
    } catch (IOException e) {
      throw new IllegalStateException("A PrintWriter throws nothing", e);
    }
    int left = answer.rows().size() - rows;
    if (left > 0) {
      line("  and %,d more rows".formatted(left));
    }
  }

  /** The colour of what went well. */
  String good(String text) {
    return coloured(text, "32");
  }

  /** The colour of what went wrong. */
  String bad(String text) {
    return coloured(text, "31");
  }

  String bold(String text) {
    return coloured(text, "1");
  }

  private String coloured(String text, String code) {
    return terminalWidth.isPresent() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  PrintWriter writer() {
    return out;
  }
}

package io.duckherder.cluster.format;

import io.duckherder.cluster.client.RowSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jline.utils.WCWidth;
import org.jspecify.annotations.Nullable;

/** Which columns of a table are shown and how wide each is. */
final class TableLayout {
  private static final int NARROWEST = 10;
  private static final int FRAME = 3;
  private static final int GAP = -1;

  private final List<RowSource.Column> columns;
  private final int[] widths;

  /** Indexes of the columns shown, with {@link #GAP} where some are left out. */
  private final int[] shown;

  private final boolean limited;

  private TableLayout(
      List<RowSource.Column> columns, int[] widths, int[] shown, OptionalInt terminalWidth) {
    this.columns = columns;
    this.widths = widths;
    this.shown = shown;
    this.limited = terminalWidth.isPresent();
  }

  static TableLayout of(
      List<RowSource.Column> columns,
      List<List<@Nullable String>> sample,
      OptionalInt terminalWidth) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(width(columns.get(i).name()), 1);
      for (List<@Nullable String> row : sample) {
        widths[i] = Math.max(widths[i], width(text(row.get(i))));
      }
    }
    int[] all = IntStream.range(0, widths.length).toArray();
    if (terminalWidth.isEmpty()) {
      return new TableLayout(columns, widths, all, terminalWidth);
    }
    int available = terminalWidth.getAsInt() - 1;
    narrow(widths, available);
    return new TableLayout(columns, widths, leaveOut(all, widths, available), terminalWidth);
  }

  /** Takes from the widest columns until all fit, or none is wider than the narrowest useful. */
  private static void narrow(int[] widths, int available) {
    int excess = total(widths) - available;
    while (excess > 0) {
      int widest =
          IntStream.range(0, widths.length)
              .boxed()
              .max(Comparator.comparingInt(i -> widths[i]))
              .orElse(0);
      if (widths.length == 0 || widths[widest] <= NARROWEST) {
        return;
      }
      widths[widest]--;
      excess--;
    }
  }

  private static int[] leaveOut(int[] all, int[] widths, int available) {
    if (total(widths) <= available) {
      return all;
    }
    int left = available - 1 - (FRAME + 1);
    List<Integer> front = new ArrayList<>();
    List<Integer> back = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      int next = i % 2 == 0 ? front.size() : all.length - 1 - back.size();
      left -= widths[next] + FRAME;
      if (left < 0 && !front.isEmpty()) {
        break;
      }
      if (i % 2 == 0) {
        front.add(next);
      } else {
        back.add(0, next);
      }
    }
    return IntStream.concat(
            front.stream().mapToInt(Integer::intValue),
            IntStream.concat(IntStream.of(GAP), back.stream().mapToInt(Integer::intValue)))
        .toArray();
  }

  private static int total(int[] widths) {
    return Arrays.stream(widths).map(width -> width + FRAME).sum() + 1;
  }

  void header(Appendable out) throws IOException {
    rule(out, "┌", "┬", "┐");
    line(out, i -> columns.get(i).name());
    rule(out, "├", "┼", "┤");
  }

  void row(Appendable out, List<@Nullable String> cells) throws IOException {
    line(out, i -> text(cells.get(i)));
  }

  void footer(Appendable out) throws IOException {
    rule(out, "└", "┴", "┘");
  }

  private void rule(Appendable out, String left, String middle, String right) throws IOException {
    String before = left;
    for (int column : shown) {
      out.append(before).append("─".repeat((column == GAP ? 1 : widths[column]) + 2));
      before = middle;
    }
    out.append(shown.length == 0 ? left : "").append(right).append('\n');
  }

  private void line(Appendable out, IntFunction<String> text) throws IOException {
    for (int column : shown) {
      out.append("│ ");
      if (column == GAP) {
        out.append("… ");
      } else {
        cell(out, text.apply(column), widths[column], columns.get(column).numeric());
      }
    }
    out.append(shown.length == 0 ? "││" : "│").append('\n');
  }

  private void cell(Appendable out, String text, int width, boolean right) throws IOException {
    String cut = limited ? cut(text, width) : text;
    String padding = " ".repeat(Math.max(0, width - width(cut)));
    out.append(right ? padding : "").append(cut).append(right ? "" : padding).append(' ');
  }

  private static String text(@Nullable String cell) {
    return cell == null ? "NULL" : cell;
  }

  private static int width(String text) {
    return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
  }

  private static String cut(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int used = 1;
    for (int c : text.codePoints().toArray()) {
      used += Math.max(0, WCWidth.wcwidth(c));
      if (used > width) {
        break;
      }
      cut.appendCodePoint(c);
    }
    return cut.append('…').toString();
  }
}

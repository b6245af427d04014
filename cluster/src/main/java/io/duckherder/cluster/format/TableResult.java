package io.duckherder.cluster.format;

import io.duckherder.cluster.client.RowSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A table for people, with lines around it. Column widths are taken from the first rows; on a
 * terminal, columns that do not fit its width are cut and, if that is not enough, left out in the
 * middle. The answer of EXPLAIN is written as plain text.
 */
public final class TableResult implements ResultPrinter {
  private static final int SAMPLE = 1000;
  private static final List<String> PLAN_COLUMNS = List.of("explain_key", "explain_value");

  private final Appendable out;
  private final OptionalInt terminalWidth;
  private final long maxRows;

  /**
   * @param terminalWidth columns of the terminal, absent for no limit
   * @param maxRows rows to show, 0 for all
   */
  public TableResult(Appendable out, OptionalInt terminalWidth, long maxRows) {
    this.out = out;
    this.terminalWidth = terminalWidth;
    this.maxRows = maxRows == 0 ? Long.MAX_VALUE : maxRows;
  }

  @Override
  public Printed print(RowSource rows) throws IOException {
    if (rows.columns().stream().map(RowSource.Column::name).toList().equals(PLAN_COLUMNS)) {
      return printPlan(rows);
    }
    List<List<@Nullable String>> sample = new ArrayList<>();
    List<@Nullable String> row = read(rows);
    while (row != null && sample.size() < Math.min(SAMPLE, maxRows)) {
      sample.add(row);
      row = read(rows);
    }
    TableLayout layout = TableLayout.of(rows.columns(), sample, terminalWidth);
    layout.header(out);
    for (List<@Nullable String> cells : sample) {
      layout.row(out, cells);
    }
    long count = sample.size();
    for (; row != null && count < maxRows; row = read(rows)) {
      layout.row(out, row);
      count++;
    }
    layout.footer(out);
    return new Printed(count, row != null);
  }

  /** A plan is read as it was drawn: each under its key, line by line. */
  private Printed printPlan(RowSource rows) throws IOException {
    long count = 0;
    for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
      out.append(oneLine(String.valueOf(row.get(0)))).append('\n');
      for (String line : String.valueOf(row.get(1)).split("\n", -1)) {
        out.append(oneLine(line)).append('\n');
      }
      count++;
    }
    return new Printed(count, false);
  }

  private static @Nullable List<@Nullable String> read(RowSource rows) {
    List<@Nullable Object> values = rows.next();
    if (values == null) {
      return null;
    }
    List<@Nullable String> cells = new ArrayList<>(values.size());
    for (@Nullable Object value : values) {
      cells.add(value == null ? null : oneLine(CellText.of(value)));
    }
    return cells;
  }

  /** Line breaks and other control characters would break the table, and could drive a terminal. */
  private static String oneLine(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> line.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c);
              }
            });
    return line.toString();
  }
}

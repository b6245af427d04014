package io.duckherder.cluster.format;

import java.io.Writer;
import java.util.OptionalInt;

/** In which form results are written. */
public enum OutputFormat {
  TABLE,
  CSV,
  JSON;

  /**
   * A printer that writes this format.
   *
   * @param terminalWidth columns of the terminal, absent for no limit
   * @param maxRows rows to show in a table, 0 for all
   */
  public ResultPrinter printer(Writer out, OptionalInt terminalWidth, long maxRows) {
    return switch (this) {
      case TABLE -> new TableResult(out, terminalWidth, maxRows);
      case CSV -> new CsvResult(out);
      case JSON -> new JsonResult(out);
    };
  }
}

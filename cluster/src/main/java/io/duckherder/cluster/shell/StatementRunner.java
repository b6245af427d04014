package io.duckherder.cluster.shell;

import io.duckherder.cluster.client.ClusterClient;
import io.duckherder.cluster.client.RowSource;
import io.duckherder.cluster.format.OutputFormat;
import io.duckherder.cluster.format.ResultPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Runs statements one after another and writes their results. */
public final class StatementRunner {
  private static final double NANOS = 1e9;

  private final ClusterClient client;
  private final OutputFormat format;
  private final Writer out;
  private final PrintWriter messages;
  private final Supplier<OptionalInt> terminalWidth;
  private final long maxRows;

  /**
   * @param out where results go
   * @param messages where row counts and times go
   * @param terminalWidth columns of the terminal as they are now, absent for no limit
   * @param maxRows rows to show in a table, 0 for all
   */
  public StatementRunner(
      ClusterClient client,
      OutputFormat format,
      Writer out,
      PrintWriter messages,
      Supplier<OptionalInt> terminalWidth,
      long maxRows) {
    this.client = client;
    this.format = format;
    this.out = out;
    this.messages = messages;
    this.terminalWidth = terminalWidth;
    this.maxRows = maxRows;
  }

  /** Runs a statement to its end. */
  public void run(String statement) throws IOException {
    long began = System.nanoTime();
    try (RowSource rows = client.query(statement)) {
      ResultPrinter.Printed printed = format.printer(out, terminalWidth.get(), maxRows).print(rows);
      out.flush();
      messages.println(summary(printed, (System.nanoTime() - began) / NANOS));
      messages.flush();
    }
  }

  ClusterClient client() {
    return client;
  }

  private String summary(ResultPrinter.Printed printed, double seconds) {
    String rows =
        printed.rows() == 1 ? "1 row" : String.format(Locale.ROOT, "%,d rows", printed.rows());
    String more =
        printed.more() ? "first " + rows + ", there are more; --max-rows 0 shows all" : rows;
    return String.format(Locale.ROOT, "%s (%.3f s)", more, seconds);
  }
}

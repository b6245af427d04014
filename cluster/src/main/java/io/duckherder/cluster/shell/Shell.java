package io.duckherder.cluster.shell;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlScript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * The interactive {@code sql} command. A statement ends with a semicolon and may span lines; Ctrl-C
 * drops the line being typed, or cancels the query that runs; Ctrl-D ends.
 */
public final class Shell {
  private static final String PROMPT = "duckherder> ";
  private static final String HELP =
      """
      Type SQL and end it with a semicolon. It may span lines.
        Tab        completes keywords, tables and columns
        Up, Down   walk through earlier statements; Ctrl-R searches them
        Ctrl-C     cancels the query that runs, or drops what was typed
        .tables    lists the tables
        .help      shows this
        .quit      ends, as does Ctrl-D
      """;
  private static final String TABLES =
      """
      SELECT database_name AS "database", schema_name AS "schema", table_name AS "table",
        estimated_size AS "rows"
      FROM duckdb_tables() ORDER BY ALL
      """;

  private final Path history;
  private final Function<Terminal, StatementRunner> runners;

  /**
   * @param history file that keeps what was typed
   * @param runners makes what runs the statements, for a terminal
   */
  public Shell(Path history, Function<Terminal, StatementRunner> runners) {
    this.history = history;
    this.runners = runners;
  }

  /** Reads and runs statements until the person ends it. */
  public void run(String greeting) throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
      StatementRunner runner = runners.apply(terminal);
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .appName("duckherder")
              .parser(new StatementParser())
              .completer(SqlCompleter.of(runner.client()))
              .variable(LineReader.HISTORY_FILE, history)
              .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P          > ")
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .build();
      terminal.writer().println(greeting);
      read(reader, runner);
    }
  }

  private static void read(LineReader reader, StatementRunner runner) {
    while (true) {
      try {
        String line = reader.readLine(PROMPT).strip();
        if (line.startsWith(".") || isQuit(line)) {
          if (isQuit(line)) {
            return;
          }
          dotCommand(line, reader.getTerminal(), runner);
        } else {
          SqlScript.split(line).forEach(sql -> runCancellable(reader.getTerminal(), runner, sql));
        }
      } catch (UserInterruptException e) {
        // Ctrl-C while typing: what was typed is gone.
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  private static boolean isQuit(String line) {
    return switch (line.toLowerCase(Locale.ROOT).replace(";", "").strip()) {
      case ".quit", ".exit", "quit", "exit", "\\q" -> true;
      default -> false;
    };
  }

  private static void dotCommand(String line, Terminal terminal, StatementRunner runner) {
    switch (line) {
      case ".help" -> terminal.writer().print(HELP);
      case ".tables" -> runCancellable(terminal, runner, TABLES);
      default -> terminal.writer().printf("Unknown command \"%s\"; .help lists them%n", line);
    }
    terminal.flush();
  }

  /** Runs a statement so that Ctrl-C interrupts this thread, which cancels its call. */
  private static void runCancellable(Terminal terminal, StatementRunner runner, String sql) {
    Thread running = Thread.currentThread();
    Terminal.SignalHandler before =
        terminal.handle(Terminal.Signal.INT, signal -> running.interrupt());
    try {
      runner.run(sql);
    } catch (DuckherderException e) {
      String text = e.code() == StandardErrorCode.QUERY_CANCELLED ? "Cancelled" : e.text();
      terminal.writer().println(text);
    } catch (RuntimeException e) {
      // The person goes on, with what was typed before still in the history.
      terminal.writer().println("Duckherder failed: " + e + "; please report it");
    } catch (IOException e) {
      terminal.writer().println("Cannot write the result: " + e.getMessage());
    } finally {
      terminal.handle(Terminal.Signal.INT, before);
      // Forgets an interrupt that came after the last row.
      Thread.interrupted();
      terminal.flush();
    }
  }

  /** The width of a terminal as it is now. */
  public static OptionalInt width(Terminal terminal) {
    return terminal.getWidth() > 0 ? OptionalInt.of(terminal.getWidth()) : OptionalInt.empty();
  }
}

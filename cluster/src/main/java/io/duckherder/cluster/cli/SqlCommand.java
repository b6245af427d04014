package io.duckherder.cluster.cli;

import io.duckherder.cluster.client.ClusterClient;
import io.duckherder.cluster.format.OutputFormat;
import io.duckherder.cluster.shell.Shell;
import io.duckherder.cluster.shell.StatementRunner;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlScript;
import io.duckherder.wire.Version;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sql}: statements from an argument, a file, standard input or a person. */
@Command(
    name = "sql",
    description = {
      "Runs SQL on a cluster. Without a statement it reads standard input, line by line with history and completion if that is a terminal.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  duckherder-cluster sql \"SELECT count(*) FROM orders\"",
      "  duckherder-cluster sql --format csv --file report.sql > report.csv"
    })
final class SqlCommand extends HelpOptions implements Callable<Integer> {
  private static final long TERMINAL_ROWS = 1000;

  @Parameters(
      arity = "0..1",
      paramLabel = "STATEMENT",
      description = "What to run; several are separated by semicolons.")
  private @Nullable String statement;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "File with the statements to run.")
  private @Nullable Path file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "table, csv or json (default: table). With csv and json nothing but the result is on standard output.")
  private OutputFormat format = OutputFormat.TABLE;

  @Option(
      names = "--max-rows",
      paramLabel = "N",
      description = "Rows of a table to show, 0 for all (default: 1000 on a terminal, else all).")
  private @Nullable Long maxRows;

  @Mixin private ConnectOptions cluster = new ConnectOptions();

  @Override
  public Integer call() throws IOException {
    if (statement != null && file != null) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION, "Give a statement or --file, not both");
    }
    boolean interactive = statement == null && file == null && Terminals.interactive();
    List<String> statements = interactive ? List.of() : SqlScript.split(text());
    try (ClusterClient client = cluster.connect()) {
      if (interactive) {
        interact(client);
      } else {
        runAll(client, statements);
      }
    }
    return 0;
  }

  private void runAll(ClusterClient client, List<String> statements) throws IOException {
    Writer out =
        new BufferedWriter(
            new OutputStreamWriter(
                new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8));
    PrintWriter messages =
        format == OutputFormat.TABLE
            ? new PrintWriter(out)
            : new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    StatementRunner runner =
        new StatementRunner(
            client,
            format,
            out,
            messages,
            Terminals::width,
            maxRows(Terminals.width().isPresent()));
    for (String sql : statements) {
      runner.run(sql);
    }
  }

  private void interact(ClusterClient client) throws IOException {
    cluster.stateDirectory().create();
    Shell shell =
        new Shell(
            cluster.stateDirectory().history(),
            terminal ->
                new StatementRunner(
                    client,
                    format,
                    terminal.writer(),
                    terminal.writer(),
                    () -> Shell.width(terminal),
                    maxRows(true)));
    shell.run(
        "Duckherder %s. End statements with a semicolon; .help for help, .quit to end."
            .formatted(Version.current()));
  }

  private long maxRows(boolean terminal) {
    if (maxRows != null) {
      return maxRows;
    }
    return terminal ? TERMINAL_ROWS : 0;
  }

  private String text() throws IOException {
    if (statement != null) {
      return statement;
    }
    if (file == null) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (!Files.isReadable(file)) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot read the statements in \"%s\": %s"
              .formatted(file, Files.exists(file) ? "no permission" : "no such file"));
    }
    return Files.readString(file);
  }
}

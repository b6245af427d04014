package io.duckherder.cluster.cli;

import io.duckherder.cluster.local.LogFiles;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code duckherder-cluster}. */
@Command(
    name = "duckherder-cluster",
    description = {"Runs a Duckherder cluster: many processes work on one DuckDB database.", ""},
    subcommands = {
      DemoCommand.class,
      StartCommand.class,
      StatusCommand.class,
      SqlCommand.class,
      StopCommand.class,
      RestoreCommand.class,
      WorkerCommand.class,
      TpchCommand.class
    },
    footer = {
      "",
      "First steps:",
      "  duckherder-cluster demo",
      "  duckherder-cluster start --daemon --database sales=/data/sales.duckdb",
      "  duckherder-cluster sql \"SELECT count(*) FROM orders\"",
      "  duckherder-cluster stop"
    },
    synopsisSubcommandLabel = "COMMAND")
public final class DuckherderCluster extends HelpOptions {
  DuckherderCluster() {}

  /** Runs a command and exits with its status. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command: 0 if it did what was asked, 1 if that failed, 2 if it was asked wrongly. */
  static int run(String... args) {
    LogFiles.toStandardError();
    CommandLine line = new CommandLine(new DuckherderCluster());
    line.setExecutionExceptionHandler(new CommandErrors());
    line.setParameterExceptionHandler(new CommandErrors());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    if (args.length == 0) {
      line.usage(System.err);
      return CommandLine.ExitCode.USAGE;
    }
    return line.execute(args);
  }
}

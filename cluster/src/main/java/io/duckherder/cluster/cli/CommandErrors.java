package io.duckherder.cluster.cli;

import io.duckherder.cluster.session.NearestName;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints what went wrong in one line and chooses the exit status. */
final class CommandErrors implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(CommandErrors.class);

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    if (e instanceof DuckherderException known) {
      print(line, known.text());
      return known.code() == StandardErrorCode.INVALID_OPTION
          ? CommandLine.ExitCode.USAGE
          : CommandLine.ExitCode.SOFTWARE;
    }
    log.error("Unexpected failure", e);
    print(line, "Duckherder failed: %s; please report it with the log".formatted(e));
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    print(line, message(e));
    line.getErr().println("Try: " + line.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String what = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
      if (!what.startsWith("-")) {
        return "Unknown argument \"%s\"%s".formatted(what, commandHint(e.getCommandLine(), what));
      }
      List<String> known =
          e.getCommandLine().getCommandSpec().options().stream()
              .filter(option -> !option.hidden())
              .map(OptionSpec::longestName)
              .toList();
      return "Unknown option \"%s\"; did you mean %s?".formatted(what, NearestName.of(what, known));
    }
    return String.valueOf(e.getMessage());
  }

  private static String commandHint(CommandLine line, String what) {
    Set<String> commands = line.getSubcommands().keySet();
    return commands.isEmpty() ? "" : "; did you mean %s?".formatted(NearestName.of(what, commands));
  }

  private static void print(CommandLine line, String message) {
    PrintWriter err = line.getErr();
    err.println("duckherder-cluster: " + message);
    err.flush();
  }
}

package io.duckherder.cluster.cli;

import io.duckherder.cluster.local.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The command line as a process of its own, run to its end.
 *
 * @param status its exit status
 * @param out what it printed to standard output
 * @param err what it printed to standard error
 */
record CommandRun(int status, String out, String err) {
  private static final long MINUTES = 2;

  /** Runs a command that keeps its state in a directory. */
  static CommandRun of(Path state, String... arguments) {
    return withInput(state, "", arguments);
  }

  static CommandRun withInput(Path state, String input, String... arguments) {
    return run(state, input, Map.of(), arguments);
  }

  static CommandRun withToken(Path state, String token, String... arguments) {
    return run(state, "", Map.of("DUCKHERDER_TOKEN", token), arguments);
  }

  private static CommandRun run(
      Path state, String input, Map<String, String> environment, String... arguments) {
    try {
      Path out = Files.createTempFile("command", ".out");
      Path err = Files.createTempFile("command", ".err");
      try {
        Process process = start(state, environment, out, err, arguments);
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new IllegalStateException("Still runs: " + List.of(arguments));
        }
        return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Process start(
      Path state, Map<String, String> environment, Path out, Path err, String... arguments)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(JavaCommand.of(DuckherderCluster.class.getName(), List.of(arguments)))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("DUCKHERDER_HOME", state.toString());
    builder.environment().remove("DUCKHERDER_TOKEN");
    builder.environment().putAll(environment);
    return builder.start();
  }
}

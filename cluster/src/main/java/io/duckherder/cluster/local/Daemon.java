package io.duckherder.cluster.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts a driver in the background. */
public final class Daemon {
  private static final long POLL_MILLIS = 50;

  private Daemon() {}

  /**
   * Runs a main class in a process that outlives this one and its terminal, and returns its exit
   * status if it ended early, 0 once it serves.
   */
  public static int start(
      String mainClass, List<String> arguments, StateDirectory state, PrintWriter out)
      throws IOException, InterruptedException {
    Path output = state.logs().resolve("driver.out");
    Path errors = state.logs().resolve("driver.err");
    // Ignored signals stay ignored in what a shell executes: Ctrl-C and a closed terminal end
    // this process only.
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
    command.addAll(JavaCommand.of(mainClass, arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    while (process.isAlive()) {
      Optional<RunningDriver> driver =
          state.findDriver().filter(found -> found.pid() == process.pid());
      if (driver.isPresent()) {
        out.printf(
            "%sThe driver runs in the background, pid %d; logs are in %s%n",
            Files.readString(output)
                .lines()
                .limit(1)
                .map(line -> line + "\n")
                .findFirst()
                .orElse(""),
            process.pid(),
            state.logs());
        out.flush();
        return 0;
      }
      Thread.sleep(POLL_MILLIS);
    }
    System.err.print(Files.readString(errors));
    return process.exitValue();
  }
}

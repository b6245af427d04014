package io.duckherder.benchmarks.sql;

import io.duckherder.cluster.local.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own that tells its address on its first line. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("grpc://[^ ]+:\\d+");

  private final Process process;
  private final String url;

  private ServerProcess(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts one; it serves when this returns. */
  static ServerProcess start(String mainClass, List<String> arguments) throws IOException {
    return start(mainClass, arguments, List.of());
  }

  /**
   * Starts one; it serves when this returns.
   *
   * @param flags flags of its JVM besides those of this one
   */
  static ServerProcess start(String mainClass, List<String> arguments, List<String> flags)
      throws IOException {
    List<String> command = new ArrayList<>(JavaCommand.of(mainClass, arguments));
    command.addAll(1, flags);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output = process.inputReader();
    String first = String.valueOf(output.readLine());
    Matcher address = ADDRESS.matcher(first);
    if (!address.find()) {
      process.destroy();
      throw new IOException("%s did not start: %s".formatted(mainClass, first));
    }
    return new ServerProcess(process, address.group());
  }

  String url() {
    return url;
  }

  /** Seconds of processor time that it has taken, without those of its own child processes. */
  double cpuSeconds() {
    return ProcessorTime.seconds(process.toHandle());
  }

  /** The processes that it started. */
  List<ProcessHandle> children() {
    return process.children().toList();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}

package io.duckherder.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** JVMs that tests start: other Sparks, and clusters. */
public final class ChildJvm {
  private ChildJvm() {}

  /** What a process that ended wrote, and its status. */
  public record Result(int status, String output) {}

  /** The command line of a JVM with Spark's flags. */
  public static List<String> command(String classPath, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("spark.jvm.args").trim().split("\\s+")));
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.addAll(List.of("-Xmx512m", "-cp", classPath, mainClass));
    command.addAll(arguments);
    return command;
  }

  /** The class path that the build wrote under a name. */
  public static String classPath(String name) throws IOException {
    return Files.readString(Path.of(System.getProperty("class.path." + name))).strip();
  }

  /** Runs a JVM to its end. */
  public static Result run(List<String> command, Path folder)
      throws IOException, InterruptedException {
    return run(command, folder, Map.of());
  }

  /** Runs a JVM, with additions to its environment, to its end. */
  static Result run(List<String> command, Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "child", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        throw new IllegalStateException("The child ran too long: " + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}

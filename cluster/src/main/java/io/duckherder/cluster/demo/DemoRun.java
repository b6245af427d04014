package io.duckherder.cluster.demo;

import io.duckherder.cluster.local.LogFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the demo was asked for.
 *
 * @param scale TPC-H's scale factor
 * @param keep whether data and logs stay
 * @param withSpark whether Spark takes part
 * @param mainClass what a worker process runs
 */
public record DemoRun(double scale, boolean keep, boolean withSpark, String mainClass) {

  /** Runs the demo; 0 if all answers equal DuckDB's own, else 1. */
  public int run(PrintWriter out, OptionalInt terminalWidth)
      throws IOException, InterruptedException {
    // Before the long steps: a Spark that is missing is told at once.
    Optional<SparkLauncher> spark =
        withSpark ? Optional.of(SparkLauncher.find()) : Optional.empty();
    DemoConsole console = new DemoConsole(out, terminalWidth);
    try (DemoDirectory directory = DemoDirectory.create(keep)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), "duckherder-tidy"));
      LogFiles.toFile(directory.path().resolve("demo.log"));
      int status = new Demo(console, directory.path(), mainClass).run(scale, spark);
      if (keep) {
        console.line("Data and logs stay in " + directory.path());
      }
      return status;
    }
  }

  private static void delete(DemoDirectory directory) {
    try {
      directory.close();
    } catch (IOException e) {
      System.err.println("Cannot delete " + directory.path());
    }
  }
}

package io.duckherder.cluster.cli;

import io.duckherder.cluster.demo.DemoRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: the whole of Duckherder on this machine, in about a minute. */
@Command(
    name = "demo",
    description = {
      "Shows Duckherder at work: makes TPC-H data, starts a driver and two workers, asks them and Spark the same queries, compares every answer with DuckDB's own, and stops everything. Exits with 1 if one differs.",
      ""
    })
final class DemoCommand extends HelpOptions implements Callable<Integer> {
  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      description = "TPC-H scale factor; 1 is about 300 MB (default: ${DEFAULT-VALUE}).")
  private double scale = 0.1;

  @Option(names = "--keep", description = "Keep data and logs, and tell where they are.")
  private boolean keep;

  @Option(names = "--no-spark", description = "Leave Spark out.")
  private boolean noSpark;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    return new DemoRun(scale, keep, !noSpark, DuckherderCluster.class.getName())
        .run(out, Terminals.width());
  }
}

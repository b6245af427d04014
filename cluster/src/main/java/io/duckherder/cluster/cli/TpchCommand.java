package io.duckherder.cluster.cli;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.tpch.TpchDatabase;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tpch}: a file of data to try things on. */
@Command(
    name = "tpch",
    description = {
      "Writes the eight tables of TPC-H into a new DuckDB file, the same rows each time.",
      ""
    })
final class TpchCommand extends HelpOptions implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      description = "TPC-H scale factor; 1 is about 300 MB (default: ${DEFAULT-VALUE}).")
  private double scale = 0.1;

  @Parameters(paramLabel = "FILE", description = "The file to make.")
  private @Nullable Path file;

  @Override
  public Integer call() {
    if (spec == null || file == null) {
      throw new IllegalStateException("picocli sets the command and what is required");
    }
    if (Files.exists(file)) {
      throw new DuckherderException(
          StandardErrorCode.OBJECT_EXISTS,
          "Cannot write TPC-H into %s: it exists already; delete it, or name another file"
              .formatted(file));
    }
    TpchDatabase.create(file, scale);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("TPC-H at scale %s is in %s%n", scale, file);
    out.flush();
    return 0;
  }
}

package io.duckherder.cluster.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that bound what a worker's DuckDB uses. */
final class EngineOptions {
  private static final Pattern SIZE =
      Pattern.compile("\\d+(\\.\\d+)? ?([KMGT]i?B|B)", Pattern.CASE_INSENSITIVE);

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  private Optional<String> memoryLimit = Optional.empty();
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--allow-path",
      paramLabel = "DIR",
      description =
          "Folder whose files SQL may read, as with read_parquet; repeatable (default: none).")
  private List<Path> allowedPaths = new ArrayList<>();

  @Option(
      names = "--memory-limit",
      paramLabel = "SIZE",
      description =
          "Memory of each worker's DuckDB, like 4GiB (default: 60%% of the machine's, shared by driver and workers).")
  private void memoryLimit(String size) {
    if (!SIZE.matcher(size.strip()).matches()) {
      throw invalid("--memory-limit", size, "a size like 512MiB or 4GiB");
    }
    memoryLimit = Optional.of(size.strip());
  }

  @Option(
      names = "--worker-threads",
      paramLabel = "N",
      description =
          "Threads of each worker's DuckDB (default: the machine's, shared by the workers).")
  private void threads(int count) {
    if (count < 1) {
      throw invalid("--worker-threads", String.valueOf(count), "a whole number from 1");
    }
    threads = Optional.of(count);
  }

  Optional<String> memoryLimit() {
    return memoryLimit;
  }

  Optional<Integer> threads() {
    return threads;
  }

  List<Path> allowedPaths() {
    return allowedPaths.stream().map(Path::toAbsolutePath).toList();
  }

  private ParameterException invalid(String option, String value, String expected) {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the command");
    }
    return new ParameterException(
        spec.commandLine(),
        "Invalid option \"%s\": %s (expected %s)".formatted(option, value, expected));
  }
}

package io.duckherder.cluster.cli;

import io.duckherder.cluster.local.StateDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that chooses the state directory. */
final class StateOption {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Where the cluster keeps its pid, logs, spill and secret (default: $DUCKHERDER_HOME, else ~/.duckherder).")
  private @Nullable Path directory;

  StateDirectory directory() {
    return StateDirectory.of(directory);
  }
}

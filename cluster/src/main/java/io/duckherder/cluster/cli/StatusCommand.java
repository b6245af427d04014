package io.duckherder.cluster.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.cluster.client.ClusterClient;
import io.duckherder.cluster.driver.DriverStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code status}: what a driver says of itself, its databases and its workers. */
@Command(
    name = "status",
    description = {
      "Shows a cluster: its databases and its workers. Exits with 1 if none runs.",
      ""
    })
final class StatusCommand extends HelpOptions implements Callable<Integer> {
  /** What {@code --format} may be. */
  enum Format {
    TEXT,
    JSON
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--format", paramLabel = "FORMAT", description = "text or json (default: text).")
  private Format format = Format.TEXT;

  @Mixin private ConnectOptions cluster = new ConnectOptions();

  @Override
  public Integer call() throws JsonProcessingException {
    DriverStatus status;
    try (ClusterClient client = cluster.connect()) {
      status = client.status();
    }
    if (spec != null) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          format == Format.JSON
              ? new ObjectMapper().writeValueAsString(status)
              : StatusText.of(status));
      out.flush();
    }
    return 0;
  }
}

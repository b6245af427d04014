package io.duckherder.cluster.cli;

import io.duckherder.cluster.client.ClusterClient;
import io.duckherder.cluster.local.RunningDriver;
import io.duckherder.cluster.local.StateDirectory;
import io.duckherder.cluster.local.TokenFile;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which cluster a command talks to. */
final class ConnectOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The driver, grpc://host:8815 (default: the one that runs here).")
  private @Nullable String url;

  @Mixin private TokenOption token = new TokenOption();
  @Mixin private StateOption state = new StateOption();

  StateDirectory stateDirectory() {
    return state.directory();
  }

  /** The driver of the state directory, if it is the one that the command talks to. */
  Optional<RunningDriver> localDriver() {
    return stateDirectory().findDriver().filter(found -> url == null || url.equals(found.url()));
  }

  ClusterClient connect() {
    return ClusterClient.connect(address(), presented());
  }

  private String address() {
    if (url != null) {
      return url;
    }
    return localDriver()
        .map(RunningDriver::url)
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.UNREACHABLE,
                    "No cluster runs in %s; start one with `duckherder-cluster start`, or name one with --url or --state-dir"
                        .formatted(stateDirectory().root())));
  }

  private Optional<String> presented() {
    return token
        .token()
        .or(
            () ->
                localDriver()
                    .map(RunningDriver::tokenFile)
                    .map(file -> TokenFile.read(Path.of(file))));
  }
}

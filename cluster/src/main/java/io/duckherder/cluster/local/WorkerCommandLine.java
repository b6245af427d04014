package io.duckherder.cluster.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of a driver's own workers. They hold no secret. */
final class WorkerCommandLine {
  private final LocalClusterConfig config;
  private final StateDirectory state;
  private final String mainClass;
  private final String driverUrl;
  private final int driverPort;

  WorkerCommandLine(
      LocalClusterConfig config,
      StateDirectory state,
      String mainClass,
      String driverUrl,
      int driverPort) {
    this.config = config;
    this.state = state;
    this.mainClass = mainClass;
    this.driverUrl = driverUrl;
    this.driverPort = driverPort;
  }

  /** The command of a worker; the first one is number 1. */
  List<String> of(String id, int number) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "worker",
                "--driver",
                driverUrl,
                "--id",
                id,
                "--host",
                config.host(),
                "--port",
                String.valueOf(config.port() == 0 ? 0 : driverPort + number),
                "--next-free-port",
                "--child-of-driver",
                "--state-dir",
                state.root().toString(),
                "--memory-limit",
                config.resources().memoryLimit(),
                "--worker-threads",
                String.valueOf(config.resources().threads())));
    config.advertise().ifPresent(host -> arguments.addAll(List.of("--advertise", host)));
    for (Path path : config.allowedPaths()) {
      arguments.addAll(List.of("--allow-path", path.toString()));
    }
    return JavaCommand.of(mainClass, arguments);
  }
}

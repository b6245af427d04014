package io.duckherder.cluster.local;

import io.duckherder.worker.replica.ReplicaConfig.FileSharing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a worker process runs.
 *
 * @param id its name in the cluster
 * @param driver URL of its driver
 * @param host address to bind
 * @param port port to bind, 0 for a free one
 * @param nextFreePort whether the next free port will do if that one is taken
 * @param advertise host, or host:port, at which others reach it; absent for what it binds
 * @param hasToken whether the secret is a token, and not one that only this machine knows
 * @param secret what tickets are signed with
 * @param resources what its DuckDB may use
 * @param allowedPaths folders that SQL may read
 * @param spill where it spills
 * @param replicas how it gets files that it does not see
 */
public record WorkerNodeConfig(
    String id,
    String driver,
    String host,
    int port,
    boolean nextFreePort,
    Optional<String> advertise,
    boolean hasToken,
    String secret,
    LocalResources resources,
    List<Path> allowedPaths,
    Path spill,
    Replicas replicas) {
  public WorkerNodeConfig {
    allowedPaths = List.copyOf(allowedPaths);
  }

  /**
   * How a worker gets files that it does not see.
   *
   * @param directory where it keeps them
   * @param space most bytes of them; absent for as much as the disk has
   * @param sharing whether it uses the driver's files where it sees them
   */
  public record Replicas(Path directory, OptionalLong space, FileSharing sharing) {}

  @Override
  public String toString() {
    return "WorkerNodeConfig[id=%s, driver=%s, host=%s, port=%d, secret=***]"
        .formatted(id, driver, host, port);
  }
}

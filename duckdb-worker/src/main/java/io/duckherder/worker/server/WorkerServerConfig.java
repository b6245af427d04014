package io.duckherder.worker.server;

import io.duckherder.worker.engine.EngineConfig;
import io.duckherder.worker.replica.ReplicaConfig;
import java.util.Optional;

/**
 * How a worker runs.
 *
 * @param id the name of the worker in the cluster
 * @param host address to bind
 * @param port port to bind, 0 for a free one
 * @param clusterSecret what the ticket key is derived from, and what the driver presents to drain
 * @param engine the worker's DuckDB
 * @param replicas how it gets what it does not see; absent if it sees all that it is to read
 */
public record WorkerServerConfig(
    String id,
    String host,
    int port,
    String clusterSecret,
    EngineConfig engine,
    Optional<ReplicaConfig> replicas) {
  /** A worker that sees all files. */
  public WorkerServerConfig(
      String id, String host, int port, String clusterSecret, EngineConfig engine) {
    this(id, host, port, clusterSecret, engine, Optional.empty());
  }

  @Override
  public String toString() {
    return "WorkerServerConfig[id=%s, host=%s, port=%d, clusterSecret=***, engine=%s]"
        .formatted(id, host, port, engine);
  }
}

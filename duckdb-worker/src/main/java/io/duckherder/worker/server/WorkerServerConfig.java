package io.duckherder.worker.server;

import io.duckherder.worker.engine.EngineConfig;

/**
 * How a worker runs.
 *
 * @param id the name of the worker in the cluster
 * @param host address to bind
 * @param port port to bind, 0 for a free one
 * @param clusterSecret what the ticket key is derived from, and what the driver presents to drain
 * @param engine the worker's DuckDB
 */
public record WorkerServerConfig(
    String id, String host, int port, String clusterSecret, EngineConfig engine) {
  @Override
  public String toString() {
    return "WorkerServerConfig[id=%s, host=%s, port=%d, clusterSecret=***, engine=%s]"
        .formatted(id, host, port, engine);
  }
}

package io.duckherder.cluster.driver;

import io.duckherder.cluster.managed.ManagedConfig;
import io.duckherder.cluster.sql.QueryConfig;
import io.duckherder.worker.engine.EngineConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a driver runs.
 *
 * @param host address to bind; a non-loopback one needs a token
 * @param port port to bind, 0 for a free one
 * @param databases name to external DuckDB file
 * @param managed the databases that it writes; the first of these, or else of the external ones, is
 *     the default database
 * @param token what clients must present, absent for none
 * @param clusterSecret what the ticket key is derived from, and what workers present: the token
 *     where there is one, else a secret made for this cluster
 * @param engine the DuckDB that plans, and answers what needs no worker
 * @param workerTimeout silence after which a worker is dropped
 * @param ticketValidity time within which a ticket must be started
 * @param sessionTimeout idle time after which a session ends
 * @param queries how it treats SQL queries
 * @param staging where it keeps rows of writes that are not committed; it alone
 */
public record DriverConfig(
    String host,
    int port,
    Map<String, Path> databases,
    ManagedConfig managed,
    Optional<String> token,
    String clusterSecret,
    EngineConfig engine,
    Duration workerTimeout,
    Duration ticketValidity,
    Duration sessionTimeout,
    QueryConfig queries,
    Path staging) {
  public DriverConfig {
    databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
  }

  @Override
  public String toString() {
    return "DriverConfig[host=%s, port=%d, databases=%s, token=***, clusterSecret=***, engine=%s]"
        .formatted(host, port, databases, engine);
  }
}

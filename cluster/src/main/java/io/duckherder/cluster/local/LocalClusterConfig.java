package io.duckherder.cluster.local;

import io.duckherder.cluster.managed.ManagedConfig;
import io.duckherder.cluster.sql.QueryConfig;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code start} was asked for.
 *
 * @param host address to bind
 * @param port port of the driver, 0 for a free one
 * @param advertise host name that workers give to clients; absent for the bound address
 * @param databases name to external DuckDB file
 * @param managed the databases that the driver writes
 * @param tokenFile file with the token that clients present; absent for none
 * @param resources what the processes may use
 * @param allowedPaths folders that SQL may read
 * @param queries how the driver treats SQL queries
 */
public record LocalClusterConfig(
    String host,
    int port,
    Optional<String> advertise,
    Map<String, Path> databases,
    ManagedConfig managed,
    Optional<Path> tokenFile,
    LocalResources resources,
    List<Path> allowedPaths,
    QueryConfig queries) {
  public LocalClusterConfig {
    databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
    allowedPaths = List.copyOf(allowedPaths);
  }
}

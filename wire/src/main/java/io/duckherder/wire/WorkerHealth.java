package io.duckherder.wire;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a worker says of itself: the answer of its action {@code duckherder.health}, as JSON.
 *
 * @param id the worker's name in the cluster
 * @param version of Duckherder
 * @param threads threads of its DuckDB
 * @param running fragments that run now
 * @param queries queries that run or keep rows here
 * @param draining whether it refuses new fragments
 */
public record WorkerHealth(
    @JsonProperty("id") String id,
    @JsonProperty("version") String version,
    @JsonProperty("threads") int threads,
    @JsonProperty("running") int running,
    @JsonProperty("queries") int queries,
    @JsonProperty("draining") boolean draining) {
  /** The action that asks for it; needs no token. */
  public static final String ACTION = "duckherder.health";

  /** The action that makes a worker finish what runs and stop; needs the cluster's secret. */
  public static final String DRAIN_ACTION = "duckherder.drain";

  /**
   * The action that ends a query, whose id is the body: its fragments stop and its kept rows go;
   * needs the cluster's secret.
   */
  public static final String RELEASE_ACTION = "duckherder.release";
}

package io.duckherder.cluster.security;

/** Who makes a call. Users with names of their own would be another member. */
public enum Caller {
  /** A client, with the token where one is asked for. */
  CLIENT,
  /** A worker or an operator's tool that showed the cluster's secret; may do what clients may. */
  WORKER
}

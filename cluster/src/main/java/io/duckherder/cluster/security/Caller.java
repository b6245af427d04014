package io.duckherder.cluster.security;

/** Who makes a call. Users with names of their own would be another member. */
public enum Caller {
  /** Somebody without the token where one is asked for: a ticket has to speak for him. */
  STRANGER,
  /** A client, with the token where one is asked for. */
  CLIENT,
  /** A worker or an operator's tool that showed the cluster's secret; may do what clients may. */
  WORKER
}

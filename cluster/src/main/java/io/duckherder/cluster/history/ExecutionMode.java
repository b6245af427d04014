package io.duckherder.cluster.history;

/** How a query runs. */
public enum ExecutionMode {
  /** On the driver. */
  LOCAL,
  /** Whole on one worker. */
  DELEGATED,
  /** In one stage, cut by ranges of the key that the data is clustered by. */
  NATURAL_PARTITION,
  /** In one stage, cut by ranges of rows. */
  ROW_GROUP_PARTITION,
  /** In stages, with rows exchanged between workers. */
  EXCHANGE
}

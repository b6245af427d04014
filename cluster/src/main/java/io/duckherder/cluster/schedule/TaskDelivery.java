package io.duckherder.cluster.schedule;

import io.duckherder.wire.BatchStream;

/** What becomes of the rows that one run of a task sends to the driver. */
interface TaskDelivery {
  /** Takes in all rows; fails as the stream does, or if the rows are no longer wanted. */
  void receive(BatchStream stream) throws InterruptedException;

  /** Rows that the task made, as far as is known. */
  long rows();

  /** Their size. */
  long bytes();

  /** The run was whole, and the first of its task. Does not wait. */
  void accept();

  /**
   * The run is thrown away.
   *
   * @return whether the task may run again: false if some of its rows went on
   */
  boolean discard();
}

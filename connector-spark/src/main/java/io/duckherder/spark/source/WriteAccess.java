package io.duckherder.spark.source;

import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.StagingJob;

/** How Spark's driver begins and ends writes. Driver-only. */
public interface WriteAccess {
  /** Begins a write: its tasks may stage rows from now on. */
  StagingJob begin();

  /**
   * Runs a write as one transaction. One whose answer is lost on the way is asked for again until
   * it is known to be done, and done once.
   */
  CommitAnswer commit(CommitRequest request);

  /** Deletes what the tasks of a write staged. */
  void drop(StagingJob job);
}

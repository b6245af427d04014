package io.duckherder.spark.write;

import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * What one run of a task staged. Executor-serialised, by Java or Kryo: so it holds no more than
 * numbers.
 */
final class DuckherderCommitMessage implements WriterCommitMessage {
  private static final long serialVersionUID = 1;

  private final int partition;
  private final long attempt;
  private final long rows;

  DuckherderCommitMessage(int partition, long attempt, long rows) {
    this.partition = partition;
    this.attempt = attempt;
    this.rows = rows;
  }

  int partition() {
    return partition;
  }

  long attempt() {
    return attempt;
  }

  /** Where there are none, nothing is staged. */
  long rows() {
    return rows;
  }
}

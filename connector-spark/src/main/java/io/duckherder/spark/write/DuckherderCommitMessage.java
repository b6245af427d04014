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
  private final long[] changes;

  DuckherderCommitMessage(int partition, long attempt, long rows) {
    this(partition, attempt, rows, new long[0]);
  }

  /**
   * A message.
   *
   * @param changes how many of the rows do what, in the order of {@link RowChange}
   */
  DuckherderCommitMessage(int partition, long attempt, long rows, long[] changes) {
    this.partition = partition;
    this.attempt = attempt;
    this.rows = rows;
    this.changes = changes;
  }

  long count(RowChange change) {
    return changes.length == 0 ? 0 : changes[change.ordinal()];
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

package io.duckherder.spark.write;

import io.duckherder.wire.write.CommitStep;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;

/**
 * The write of one job. Its tasks stage rows, each run of a task apart; the commit names the runs
 * whose rows count, and is one transaction. So no row is written twice, whatever runs twice.
 * Driver-only.
 */
final class DuckherderBatchWrite implements BatchWrite {
  private final WriteJob job;
  private final StructType rows;
  private final Optional<List<CommitStep>> steps;

  /**
   * A write that has not begun.
   *
   * @param rows the columns that Spark gives
   * @param steps what the commit runs; absent if somebody else commits
   */
  DuckherderBatchWrite(WriteJob job, StructType rows, Optional<List<CommitStep>> steps) {
    this.job = job;
    this.rows = rows;
    this.steps = steps;
    // Fails for a type that cannot be written before a task runs.
    ArrowTypes.schema(rows);
  }

  /** Which of two runs of a task counts, the commit says: nobody else needs to decide it. */
  @Override
  public boolean useCommitCoordinator() {
    return false;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return new DuckherderDataWriterFactory(job.target().source(), job.begun(), rows);
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    job.take(messages);
    steps.ifPresent(job::commit);
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    job.abort();
  }
}

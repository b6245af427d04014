package io.duckherder.spark.write;

import io.duckherder.spark.metric.SnapshotMade;
import io.duckherder.spark.metric.TaskMetric;
import io.duckherder.spark.source.WriteAccess;
import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitRecord;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.CommitStep;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write of one job. Its tasks stage rows, each run of a task apart; the commit names the runs
 * whose rows count, and is one transaction. So no row is written twice, whatever runs twice.
 * Driver-only.
 */
final class DuckherderBatchWrite implements BatchWrite {
  private static final Logger log = LoggerFactory.getLogger(DuckherderBatchWrite.class);

  private final WriteTarget target;
  private final StructType rows;
  private final List<CommitStep> steps;
  private final WriteAccess access;
  private @Nullable StagingJob job;
  private OptionalLong snapshot = OptionalLong.empty();

  /**
   * A write that has not begun.
   *
   * @param rows the columns that Spark gives
   * @param steps what the commit runs
   */
  DuckherderBatchWrite(WriteTarget target, StructType rows, List<CommitStep> steps) {
    this.target = target;
    this.rows = rows;
    this.steps = List.copyOf(steps);
    this.access = target.source().writes();
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
    return new DuckherderDataWriterFactory(target.source(), begun(), rows);
  }

  private synchronized StagingJob begun() {
    if (job == null) {
      job = access.begin();
    }
    return job;
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    StagingJob begun = begun();
    List<StagedPart> parts = new ArrayList<>();
    long written = 0;
    for (WriterCommitMessage message : messages) {
      if (message instanceof DuckherderCommitMessage staged && staged.rows() > 0) {
        parts.add(new StagedPart(staged.partition(), staged.attempt()));
        written += staged.rows();
      }
    }
    CommitAnswer answer =
        access.commit(
            new CommitRequest(
                begun, parts, new CommitRecord(target.schema().database(), begun.id(), 0), steps));
    snapshot = answer.snapshot();
    log.info(
        "Write {} put {} rows into {}{}",
        begun.id(),
        written,
        target.sql(),
        snapshot.isPresent() ? ", in snapshot " + snapshot.getAsLong() : "");
    access.drop(begun);
  }

  /** What the commit says, for Spark's UI. */
  CustomTaskMetric[] driverMetrics() {
    return snapshot.isPresent()
        ? new CustomTaskMetric[] {new TaskMetric(SnapshotMade.NAME, snapshot.getAsLong())}
        : new CustomTaskMetric[0];
  }

  @Override
  public synchronized void abort(WriterCommitMessage[] messages) {
    if (job != null) {
      access.drop(job);
    }
  }
}

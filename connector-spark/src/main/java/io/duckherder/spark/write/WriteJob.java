package io.duckherder.spark.write;

import io.duckherder.spark.metric.SnapshotMade;
import io.duckherder.spark.metric.TaskMetric;
import io.duckherder.spark.source.WriteAccess;
import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitBase;
import io.duckherder.wire.write.CommitRecord;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.CommitStep;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A write of a table from its begin to its end: tasks stage rows under its name, and one
 * transaction takes those of the runs that counted. Driver-only.
 */
public final class WriteJob {
  private static final Logger log = LoggerFactory.getLogger(WriteJob.class);

  private final WriteTarget target;
  private final WriteAccess access;
  private final List<StagedPart> parts = new ArrayList<>();
  private @Nullable StagingJob job;
  private long rows;
  private OptionalLong snapshot = OptionalLong.empty();

  /** A write that begins when it is needed. */
  public WriteJob(WriteTarget target) {
    this.target = target;
    this.access = target.source().writes();
  }

  WriteTarget target() {
    return target;
  }

  /** What its tasks stage under. */
  synchronized StagingJob begun() {
    if (job == null) {
      job = access.begin();
    }
    return job;
  }

  /** Takes note of the runs of tasks whose rows count. */
  void take(WriterCommitMessage[] messages) {
    for (WriterCommitMessage message : messages) {
      if (message instanceof DuckherderCommitMessage staged && staged.rows() > 0) {
        parts.add(new StagedPart(staged.partition(), staged.attempt()));
        rows += staged.rows();
      }
    }
  }

  /** Runs all that the write changes, as one transaction. */
  public CommitAnswer commit(List<CommitStep> steps) {
    return commit(Optional.empty(), steps);
  }

  /**
   * Runs all that the write changes, as one transaction.
   *
   * @param base what it was worked out on
   */
  CommitAnswer commit(Optional<CommitBase> base, List<CommitStep> steps) {
    return commit(CommitRecord.ofWrite(target.schema().database(), begun().id()), base, steps);
  }

  /**
   * Runs all that the write changes, as one transaction.
   *
   * @param record under what it is remembered
   * @param base what it was worked out on
   */
  CommitAnswer commit(CommitRecord record, Optional<CommitBase> base, List<CommitStep> steps) {
    StagingJob begun = begun();
    CommitAnswer answer = access.commit(new CommitRequest(begun, parts, record, base, steps));
    snapshot = answer.snapshot();
    log.info(
        "Write {} gave {} rows to {}{}{}",
        begun.id(),
        rows,
        target.sql(),
        answer.repeated() ? ", which had them already" : "",
        snapshot.isPresent() ? ", in snapshot " + snapshot.getAsLong() : "");
    dropCommitted(begun);
    return answer;
  }

  /** A write that failed here would be run again, though its rows are in the table. */
  private void dropCommitted(StagingJob committed) {
    try {
      access.drop(committed);
    } catch (RuntimeException e) {
      log.warn("The staged rows of write {} stay for a day: {}", committed.id(), e.getMessage());
    }
  }

  /** Ends it without a trace. */
  public synchronized void abort() {
    if (job != null) {
      access.drop(job);
    }
  }

  /** What the commit said, for Spark's UI. */
  public CustomTaskMetric[] metrics() {
    return snapshot.isPresent()
        ? new CustomTaskMetric[] {new TaskMetric(SnapshotMade.NAME, snapshot.getAsLong())}
        : new CustomTaskMetric[0];
  }
}

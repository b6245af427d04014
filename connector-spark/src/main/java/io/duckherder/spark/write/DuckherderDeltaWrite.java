package io.duckherder.spark.write;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.spark.metric.BytesWritten;
import io.duckherder.spark.metric.RowsWritten;
import io.duckherder.spark.metric.SnapshotMade;
import io.duckherder.wire.write.CommitBase;
import io.duckherder.wire.write.CommitStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DeltaBatchWrite;
import org.apache.spark.sql.connector.write.DeltaWrite;
import org.apache.spark.sql.connector.write.DeltaWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;

/**
 * The changes that a statement makes to rows it has read, by their rowids in the snapshot that it
 * read; so it is a conflict if the table was written since. Driver-only.
 */
final class DuckherderDeltaWrite implements DeltaWrite, DeltaBatchWrite {
  private final WriteJob job;
  private final StructType rows;
  private final StructType columns;
  private final Supplier<Optional<Snapshot>> read;

  /**
   * Changes of a table.
   *
   * @param rows the columns that Spark gives of changed and new rows
   * @param columns those of the table
   * @param read what the statement has read of the table, known once its tasks have run
   */
  DuckherderDeltaWrite(
      WriteJob job, StructType rows, StructType columns, Supplier<Optional<Snapshot>> read) {
    this.job = job;
    this.rows = rows;
    this.columns = DeclaredColumns.of(job.target(), columns, rows);
    this.read = read;
    // Fails for a type that cannot be written before a task runs.
    ArrowTypes.schema(RowChange.staged(rows));
  }

  @Override
  public String description() {
    return "duckherder changes of %s of %s"
        .formatted(job.target().sql(), job.target().source().description());
  }

  @Override
  public DeltaBatchWrite toBatch() {
    return this;
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return new CustomMetric[] {new RowsWritten(), new BytesWritten(), new SnapshotMade()};
  }

  @Override
  public CustomTaskMetric[] reportDriverMetrics() {
    return job.metrics();
  }

  @Override
  public boolean useCommitCoordinator() {
    return false;
  }

  @Override
  public DeltaWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return new DuckherderDeltaWriterFactory(job.target().source(), job.begun(), rows);
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    job.take(messages);
    List<CommitStep> steps = new ArrayList<>();
    for (RowChange change : RowChange.values()) {
      long count = 0;
      for (WriterCommitMessage message : messages) {
        count += message instanceof DuckherderCommitMessage staged ? staged.count(change) : 0;
      }
      if (count > 0) {
        steps.addAll(change.steps(job.target(), rows, columns, count));
      }
    }
    if (steps.isEmpty()) {
      job.abort();
    } else {
      job.commit(Optional.of(new CommitBase(base(), job.target().name())), steps);
    }
  }

  private Snapshot base() {
    return read.get()
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.INTERNAL_ERROR,
                    "The rows of %s are changed without being read".formatted(job.target().sql())));
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    job.abort();
  }
}

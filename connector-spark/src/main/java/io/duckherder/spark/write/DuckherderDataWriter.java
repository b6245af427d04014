package io.duckherder.spark.write;

import io.duckherder.spark.metric.BytesWritten;
import io.duckherder.spark.metric.RowsWritten;
import io.duckherder.spark.metric.TaskMetric;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.spark.source.TaskStage;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Stages the rows of one run of a task. One without rows stages nothing. */
class DuckherderDataWriter implements DataWriter<InternalRow> {
  private final ReadSource source;
  private final StagingJob job;
  private final StagedPart part;
  private final StructType columns;
  private @Nullable Open open;
  private long rows;
  private long bytes;

  /** What a writer holds from its first row on. */
  private record Open(BufferAllocator allocator, ArrowRows batch, TaskStage stage) {}

  DuckherderDataWriter(ReadSource source, StagingJob job, StagedPart part, StructType columns) {
    this.source = source;
    this.job = job;
    this.part = part;
    this.columns = columns;
  }

  @Override
  public void write(InternalRow row) {
    Open to = opened();
    if (to.batch().add(row)) {
      flush(to);
    }
  }

  private Open opened() {
    if (open == null) {
      BufferAllocator allocator =
          ReadSource.allocator("write-" + part.partition() + "-" + part.attempt());
      @Nullable ArrowRows batch = null;
      try {
        batch = new ArrowRows(columns, allocator);
        open = new Open(allocator, batch, source.stage(job, part, batch.root()));
      } catch (RuntimeException e) {
        if (batch != null) {
          batch.close();
        }
        allocator.close();
        throw e;
      }
    }
    return open;
  }

  private void flush(Open to) {
    rows += to.batch().seal();
    for (FieldVector vector : to.batch().root().getFieldVectors()) {
      bytes += vector.getBufferSize();
    }
    to.stage().write();
    to.batch().clear();
  }

  @Override
  public WriterCommitMessage commit() {
    finish();
    return new DuckherderCommitMessage(part.partition(), part.attempt(), rows);
  }

  /** Stages the last of the rows. */
  final void finish() {
    Open to = open;
    if (to != null) {
      if (!to.batch().isEmpty()) {
        flush(to);
      }
      to.stage().finish();
    }
  }

  final StagedPart part() {
    return part;
  }

  @Override
  public void abort() {
    close();
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return new CustomTaskMetric[] {
      new TaskMetric(RowsWritten.NAME, rows), new TaskMetric(BytesWritten.NAME, bytes)
    };
  }

  @Override
  public void close() {
    Open to = open;
    if (to != null) {
      open = null;
      try {
        to.stage().close();
      } finally {
        to.batch().close();
        to.allocator().close();
      }
    }
  }
}

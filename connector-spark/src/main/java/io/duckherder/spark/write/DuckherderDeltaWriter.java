package io.duckherder.spark.write;

import io.duckherder.spark.source.ReadSource;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DeltaWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Stages what one run of a task does to rows. */
final class DuckherderDeltaWriter implements DeltaWriter<InternalRow> {
  private final DuckherderDataWriter rows;
  private final InternalRow nothing;
  private final GenericInternalRow change = new GenericInternalRow(2);
  private final JoinedRow staged = new JoinedRow();
  private final long[] changes = new long[RowChange.values().length];

  DuckherderDeltaWriter(ReadSource source, StagingJob job, StagedPart part, StructType columns) {
    this.rows = new DuckherderDataWriter(source, job, part, RowChange.staged(columns));
    this.nothing = new GenericInternalRow(columns.length());
  }

  @Override
  public void delete(InternalRow metadata, InternalRow id) {
    stage(RowChange.DELETE, id, nothing);
  }

  @Override
  public void update(InternalRow metadata, InternalRow id, InternalRow row) {
    stage(RowChange.UPDATE, id, row);
  }

  @Override
  public void insert(InternalRow row) {
    stage(RowChange.INSERT, null, row);
  }

  private void stage(RowChange kind, @Nullable InternalRow id, InternalRow row) {
    changes[kind.ordinal()]++;
    change.setInt(0, kind.ordinal());
    if (id == null) {
      change.setNullAt(1);
    } else {
      change.setLong(1, id.getLong(0));
    }
    rows.write(staged.apply(change, row));
  }

  @Override
  public WriterCommitMessage commit() {
    rows.finish();
    long all = 0;
    for (long count : changes) {
      all += count;
    }
    return new DuckherderCommitMessage(
        rows.part().partition(), rows.part().attempt(), all, changes);
  }

  @Override
  public void abort() {
    rows.abort();
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return rows.currentMetricsValues();
  }

  @Override
  public void close() {
    rows.close();
  }
}

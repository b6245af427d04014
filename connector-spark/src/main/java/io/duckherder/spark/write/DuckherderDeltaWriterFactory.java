package io.duckherder.spark.write;

import io.duckherder.spark.source.ReadSource;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DeltaWriter;
import org.apache.spark.sql.connector.write.DeltaWriterFactory;
import org.apache.spark.sql.types.StructType;

/** Opens the writers of tasks that change rows, on executors. Executor-serialised. */
final class DuckherderDeltaWriterFactory implements DeltaWriterFactory {
  private static final long serialVersionUID = 1;

  private final ReadSource source;
  private final String job;
  private final String key;
  private final StructType columns;

  DuckherderDeltaWriterFactory(ReadSource source, StagingJob job, StructType columns) {
    this.source = source;
    this.job = job.id();
    this.key = job.key();
    this.columns = columns;
  }

  @Override
  public DeltaWriter<InternalRow> createWriter(int partition, long task) {
    return new DuckherderDeltaWriter(
        source, new StagingJob(job, key), new StagedPart(partition, task), columns);
  }
}

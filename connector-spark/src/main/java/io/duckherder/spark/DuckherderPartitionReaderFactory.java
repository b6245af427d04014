package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.spark.source.DuckherderInputPartition;
import io.duckherder.spark.source.KeptAnswers;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.wire.BatchStream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Opens partitions on executors. Executor-serialised. */
final class DuckherderPartitionReaderFactory implements PartitionReaderFactory {
  private static final long serialVersionUID = 1;

  private final ReadSource source;
  private final StructType columns;
  private final boolean kept;

  /**
   * A factory.
   *
   * @param kept whether a partition that is read again gives what it gave before, if that was
   *     little
   */
  DuckherderPartitionReaderFactory(ReadSource source, StructType columns, boolean kept) {
    this.source = source;
    this.columns = columns;
    this.kept = kept;
  }

  @Override
  public boolean supportColumnarReads(InputPartition partition) {
    return true;
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    throw new UnsupportedOperationException("Duckherder reads batches of columns");
  }

  @Override
  public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
    TaskContext task = TaskContext.get();
    int attempt = task == null ? 0 : task.attemptNumber();
    DuckherderPartitionReader reader =
        new DuckherderPartitionReader(
            source, open((DuckherderInputPartition) partition, attempt), columns);
    if (task != null) {
      TaskWatch.over(task, reader);
    }
    return reader;
  }

  private BatchStream open(DuckherderInputPartition partition, int attempt) {
    try {
      return kept ? KeptAnswers.open(source, partition, attempt) : source.open(partition, attempt);
    } catch (DuckherderException e) {
      throw source.explain(e);
    }
  }
}

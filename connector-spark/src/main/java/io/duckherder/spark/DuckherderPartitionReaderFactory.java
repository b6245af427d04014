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
import org.jspecify.annotations.Nullable;

/** Opens partitions on executors. Executor-serialised. */
final class DuckherderPartitionReaderFactory implements PartitionReaderFactory {
  private static final long serialVersionUID = 1;

  /** Under which Spark tells a task the number of the action that it is part of. */
  private static final String ACTION = "spark.sql.execution.id";

  private final ReadSource source;
  private final StructType columns;

  DuckherderPartitionReaderFactory(ReadSource source, StructType columns) {
    this.source = source;
    this.columns = columns;
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
    DuckherderPartitionReader reader =
        new DuckherderPartitionReader(
            source, open((DuckherderInputPartition) partition, task), columns);
    if (task != null) {
      TaskWatch.over(task, reader);
    }
    return reader;
  }

  private BatchStream open(DuckherderInputPartition partition, @Nullable TaskContext task) {
    int attempt = task == null ? 0 : task.attemptNumber();
    String action = task == null ? null : task.getLocalProperty(ACTION);
    try {
      return partition.alone() && action != null
          ? KeptAnswers.open(source, partition, action, attempt)
          : source.open(partition, attempt);
    } catch (DuckherderException e) {
      throw source.explain(e);
    }
  }
}

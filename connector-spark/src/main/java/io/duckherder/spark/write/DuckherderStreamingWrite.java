package io.duckherder.spark.write;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.sql.SqlText;
import io.duckherder.wire.write.CommitRecord;
import io.duckherder.wire.write.CommitStep;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The writes of a stream, each epoch one transaction. The database remembers the newest epoch of
 * each stream in each table, so one that Spark runs again after a restart changes nothing.
 * Driver-only.
 */
final class DuckherderStreamingWrite implements StreamingWrite {
  /** Spark's own, for tasks and plans of a stream. */
  private static final String CONTINUOUS = "__is_continuous_processing";

  private final WriteTarget target;
  private final String stream;
  private final StructType rows;
  private final List<CommitStep> steps;
  private @Nullable WriteJob epoch;

  /**
   * The writes of a stream.
   *
   * @param stream the id of the stream, which it keeps over restarts
   * @param rows the columns that Spark gives
   * @param steps what the commit of an epoch runs
   */
  DuckherderStreamingWrite(
      WriteTarget target, String stream, StructType rows, List<CommitStep> steps) {
    this.target = target;
    this.stream = stream;
    this.rows = rows;
    this.steps = List.copyOf(steps);
    // Fails for a type that cannot be written before a task runs.
    ArrowTypes.schema(rows);
  }

  /** Which of two runs of a task counts, the commit says: nobody else needs to decide it. */
  @Override
  public boolean useCommitCoordinator() {
    return false;
  }

  /** Spark asks for one in each epoch, unless it processes continuously. */
  @Override
  public StreamingDataWriterFactory createStreamingWriterFactory(PhysicalWriteInfo info) {
    requireEpochsApart();
    WriteJob job = new WriteJob(target);
    epoch = job;
    return new Factory(target.source(), job.begun(), rows);
  }

  /**
   * Fails if Spark processes continuously. Then one factory serves all epochs, and a task goes on
   * with the next before the last is committed, as the same run: the rows of the two could not be
   * told apart. Spark does not say so before this.
   */
  private static void requireEpochsApart() {
    SparkContext spark = SparkSession.active().sparkContext();
    if (Boolean.parseBoolean(spark.getLocalProperty(CONTINUOUS))) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot write a stream with Trigger.Continuous: each epoch is a transaction; use Trigger.ProcessingTime or Trigger.AvailableNow");
    }
  }

  /** Opens the writers of tasks on executors. Executor-serialised. */
  private static final class Factory implements StreamingDataWriterFactory {
    private static final long serialVersionUID = 1;

    private final ReadSource source;
    private final String job;
    private final String key;
    private final StructType rows;

    Factory(ReadSource source, StagingJob job, StructType rows) {
      this.source = source;
      this.job = job.id();
      this.key = job.key();
      this.rows = rows;
    }

    @Override
    public DataWriter<InternalRow> createWriter(int partition, long task, long epoch) {
      return new DuckherderDataWriter(
          source, new StagingJob(job, key), new StagedPart(partition, task), rows);
    }
  }

  @Override
  public void commit(long number, WriterCommitMessage[] messages) {
    WriteJob job = epoch == null ? new WriteJob(target) : epoch;
    job.take(messages);
    job.commit(record(number), Optional.empty(), steps);
    epoch = null;
  }

  /**
   * The table is named without its database, which has the record in it and may be given another
   * name. Epochs are counted from 1: 0 stands for writes that are no streams.
   */
  private CommitRecord record(long number) {
    return CommitRecord.ofEpoch(
        target.schema().database(),
        stream,
        SqlText.qualified(target.schema().schema(), target.name()),
        number + 1);
  }

  @Override
  public void abort(long number, WriterCommitMessage[] messages) {
    if (epoch != null) {
      epoch.abort();
      epoch = null;
    }
  }
}

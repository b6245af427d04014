package io.duckherder.spark.source;

import io.duckherder.error.DuckherderException;
import io.duckherder.plan.ReadRequest;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import java.io.Serializable;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Where rows come from. Spark's driver plans, executors open; so it is serialised, and carries
 * nothing to executors but what opening takes.
 */
public sealed interface ReadSource extends Serializable permits EmbeddedSource, ClusterSource {
  /** An allocator for what one task writes; the caller closes it. */
  static BufferAllocator allocator(String name) {
    return JvmMemory.ALLOCATOR.newChildAllocator(name, 0, Long.MAX_VALUE);
  }

  /** Plans a read; called by Spark's driver only. */
  PlannedRead plan(ReadRequest request);

  /**
   * Opens the rows of a partition; the caller closes them.
   *
   * @param attempt how many times the task was tried before
   */
  BatchStream open(DuckherderInputPartition partition, int attempt);

  /** Whether it divides any query over its workers. */
  boolean isCluster();

  /** A failure to open or read a partition, in the words of this source. */
  default DuckherderException explain(DuckherderException failure) {
    return failure;
  }

  /** SQL by which to look at the databases and to change them; on Spark's driver only. */
  SqlAccess sql();

  /**
   * Opens what one run of a task stages its rows in; the caller closes it.
   *
   * @param root whose rows it takes; the caller's to close, after it
   */
  TaskStage stage(StagingJob job, StagedPart part, VectorSchemaRoot root);

  /** Begins and ends writes; on Spark's driver only. */
  WriteAccess writes();

  /**
   * Tells the state of all that is there, if that is known without asking; by Spark's driver only.
   */
  Optional<Object> state();

  /** The error for a read that names no table: what there is to read. */
  String availableTables();

  /** How plans name it: no secrets. */
  String description();
}

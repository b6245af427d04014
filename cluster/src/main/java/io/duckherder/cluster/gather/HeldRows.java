package io.duckherder.cluster.gather;

import java.nio.file.Path;
import java.util.ArrayDeque;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one run of a task, held back until it is known that the run was whole: in memory
 * while the query has some for it, from then on in a file. One thread puts all, then one takes.
 */
public final class HeldRows implements BatchSource {
  private final HeldMemory memory;
  private final Path directory;
  private final BufferAllocator allocator;

  /** Guarded by this. */
  private final ArrayDeque<ArrowRecordBatch> first = new ArrayDeque<>();

  /** Guarded by this: the rows after those in memory. */
  private @Nullable BatchFile rest;

  /** Guarded by this. */
  private boolean closed;

  /**
   * No rows yet.
   *
   * @param directory where a file may be made
   * @param allocator for batches that are read back
   */
  public HeldRows(HeldMemory memory, Path directory, BufferAllocator allocator) {
    this.memory = memory;
    this.directory = directory;
    this.allocator = allocator;
  }

  /**
   * Holds a batch.
   *
   * @return false if nobody wants the rows any more; the batch is released in any case
   */
  public synchronized boolean put(ArrowRecordBatch batch) {
    if (closed) {
      batch.close();
      return false;
    }
    if (rest == null && memory.reserve(batch.computeBodyLength())) {
      first.add(batch);
      return true;
    }
    try (batch) {
      if (rest == null) {
        rest = BatchFile.create(directory);
      }
      rest.write(batch);
    }
    return true;
  }

  @Override
  public synchronized @Nullable ArrowRecordBatch take() throws InterruptedException {
    if (closed) {
      throw new InterruptedException("closed");
    }
    ArrowRecordBatch batch = first.poll();
    if (batch != null) {
      memory.release(batch.computeBodyLength());
      return batch;
    }
    return rest == null ? null : rest.read(allocator);
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (ArrowRecordBatch batch : first) {
      memory.release(batch.computeBodyLength());
      batch.close();
    }
    first.clear();
    if (rest != null) {
      rest.close();
      rest = null;
    }
  }
}

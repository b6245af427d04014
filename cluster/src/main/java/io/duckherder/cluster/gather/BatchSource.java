package io.duckherder.cluster.gather;

import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;

/** Batches that one thread takes; another may close it, which ends a wait. */
public interface BatchSource extends AutoCloseable {
  /**
   * The next batch, which is the caller's to close, or null after the last; waits for it.
   *
   * @throws InterruptedException if the source was closed
   */
  @Nullable ArrowRecordBatch take() throws InterruptedException;

  /** Releases what was not taken. */
  @Override
  void close();
}

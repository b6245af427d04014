package io.duckherder.cluster.gather;

import java.util.ArrayDeque;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one fragment between the thread that receives them and the one that sends them on,
 * bounded by bytes. It owns the batches in it; whoever takes one owns that one.
 */
public final class BatchQueue implements BatchSource {
  private final long capacity;

  /** Guarded by this. */
  private final ArrayDeque<ArrowRecordBatch> batches = new ArrayDeque<>();

  /** Guarded by this. */
  private long bytes;

  /** Guarded by this. */
  private boolean taken;

  /** Guarded by this. */
  private boolean finished;

  /** Guarded by this. */
  private boolean closed;

  /** Guarded by this. */
  private @Nullable Throwable failure;

  /**
   * An empty queue.
   *
   * @param capacity bytes that it holds; a batch that is larger passes alone
   */
  public BatchQueue(long capacity) {
    this.capacity = capacity;
  }

  /**
   * Adds a batch once there is room for it; a queue that is empty has room for any.
   *
   * @return false if the queue is closed; the batch is released then
   */
  public synchronized boolean put(ArrowRecordBatch batch) throws InterruptedException {
    long size = batch.computeBodyLength();
    try {
      while (!closed && !batches.isEmpty() && bytes + size > capacity) {
        wait();
      }
    } catch (InterruptedException e) {
      batch.close();
      throw e;
    }
    if (closed) {
      batch.close();
      return false;
    }
    batches.add(batch);
    bytes += size;
    notifyAll();
    return true;
  }

  @Override
  public synchronized @Nullable ArrowRecordBatch take() throws InterruptedException {
    while (batches.isEmpty() && !finished && !closed) {
      wait();
    }
    if (closed) {
      throw new InterruptedException("closed");
    }
    ArrowRecordBatch batch = batches.poll();
    if (batch != null) {
      taken = true;
      bytes -= batch.computeBodyLength();
      notifyAll();
    } else if (failure != null) {
      throw sneaky(failure);
    }
    return batch;
  }

  /** Ends the batches. */
  public synchronized void finish() {
    finished = true;
    notifyAll();
  }

  /** Ends the fragment with an error, seen by {@link #take} once the batches before it are gone. */
  synchronized void fail(Throwable cause) {
    failure = cause;
    finished = true;
    notifyAll();
  }

  /**
   * Throws away what was received, for the fragment to be run again.
   *
   * @return false if a batch was taken already, or the queue was closed
   */
  public synchronized boolean discard() {
    if (taken || closed) {
      return false;
    }
    release();
    return true;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Releases what is in the queue and wakes both sides. */
  @Override
  public synchronized void close() {
    closed = true;
    release();
    notifyAll();
  }

  /** The caller holds the lock. */
  private void release() {
    batches.forEach(ArrowRecordBatch::close);
    batches.clear();
    bytes = 0;
  }

  private static RuntimeException sneaky(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }
}

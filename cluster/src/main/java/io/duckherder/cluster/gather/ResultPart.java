package io.duckherder.cluster.gather;

import io.duckherder.error.DuckherderException;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one task of a query's last stage, as the reader of the answer sees them: a promise of
 * a source, which is given when there are rows that will not be taken back.
 */
public final class ResultPart implements BatchSource {
  /** Guarded by this. */
  private @Nullable BatchSource source;

  /** Guarded by this. */
  private @Nullable RuntimeException failure;

  /** Guarded by this. */
  private boolean taken;

  /** Guarded by this. */
  private boolean closed;

  /** Keeps the promise; the part owns the source. */
  public void give(BatchSource rows) {
    synchronized (this) {
      if (!closed && failure == null) {
        source = rows;
        notifyAll();
        return;
      }
    }
    rows.close();
  }

  /**
   * Takes the promise back, to be kept with other rows.
   *
   * @return false if the reader began to read, or the part has ended
   */
  public boolean takeBack() {
    BatchSource given;
    synchronized (this) {
      if (taken || closed || failure != null) {
        return false;
      }
      given = source;
      source = null;
    }
    if (given != null) {
      given.close();
    }
    return true;
  }

  /** Ends the part with an error, at once. */
  public void fail(RuntimeException cause) {
    BatchSource given;
    synchronized (this) {
      if (failure == null) {
        failure = cause;
      }
      given = source;
      notifyAll();
    }
    if (given != null) {
      given.close();
    }
  }

  @Override
  public @Nullable ArrowRecordBatch take() throws InterruptedException {
    try {
      return awaitSource().take();
    } catch (InterruptedException e) {
      requireWhole();
      throw e;
    }
  }

  @Override
  public void close() {
    BatchSource given;
    synchronized (this) {
      closed = true;
      given = source;
      notifyAll();
    }
    if (given != null) {
      given.close();
    }
  }

  private synchronized BatchSource awaitSource() throws InterruptedException {
    while (source == null && failure == null && !closed) {
      wait();
    }
    requireWhole();
    if (source == null || closed) {
      throw new InterruptedException("closed");
    }
    taken = true;
    return source;
  }

  private synchronized void requireWhole() {
    if (failure instanceof DuckherderException known) {
      throw new DuckherderException(known.code(), known.text(), known);
    }
    if (failure != null) {
      throw failure;
    }
  }
}

package io.duckherder.cluster.gather;

import io.duckherder.error.DuckherderException;
import io.duckherder.plan.Fragment;
import io.duckherder.wire.BatchStream;
import java.util.concurrent.CountDownLatch;
import org.apache.arrow.vector.VectorUnloader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fragment of a gathered query: runs on a thread of its own and fills a queue. A run that
 * breaks before any of its batches went further is thrown away and made again elsewhere, since its
 * rows may come in another order the next time.
 */
final class FragmentRun implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(FragmentRun.class);
  private static final int ATTEMPTS = 4;

  private final Fragment fragment;
  private final FragmentOpener opener;
  private final BatchQueue queue;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Guarded by this. */
  private @Nullable BatchStream stream;

  FragmentRun(Fragment fragment, FragmentOpener opener, BatchQueue queue) {
    this.fragment = fragment;
    this.opener = opener;
    this.queue = queue;
  }

  BatchQueue queue() {
    return queue;
  }

  /** Stops the fragment; its queue is released. */
  void cancel() {
    queue.close();
    synchronized (this) {
      if (stream != null) {
        stream.cancel();
      }
    }
  }

  /** Waits for the run to have released everything. */
  void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      runUntilDone();
    } finally {
      ended.countDown();
    }
  }

  private void runUntilDone() {
    for (int attempt = 0; !queue.isClosed(); attempt++) {
      try {
        receive(attempt);
        queue.finish();
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        queue.close();
        return;
      } catch (RuntimeException | Error e) {
        if (!mayRetry(e, attempt) || !queue.discard()) {
          queue.fail(e);
          return;
        }
        log.warn(
            "Query {}: running fragment {} again, because {}",
            fragment.queryId(),
            fragment.number(),
            e.getMessage());
      }
    }
  }

  private static boolean mayRetry(Throwable cause, int attempt) {
    return attempt + 1 < ATTEMPTS
        && cause instanceof DuckherderException known
        && known.code().retryable();
  }

  private void receive(int attempt) throws InterruptedException {
    try (BatchStream opened = opener.open(fragment, attempt)) {
      synchronized (this) {
        stream = opened;
      }
      while (!queue.isClosed() && opened.next()) {
        if (!queue.put(new VectorUnloader(opened.root()).getRecordBatch())) {
          return;
        }
      }
    } finally {
      synchronized (this) {
        stream = null;
      }
    }
  }
}

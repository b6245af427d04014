package io.duckherder.storage.replica;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs one task on several threads and waits for all of them, however they end. */
final class CopyThreads {
  private CopyThreads() {}

  /** What each thread runs. */
  interface Task {
    void run() throws IOException;
  }

  /**
   * Returns when no thread runs the task any more; fails as the first that failed.
   *
   * @param threads how many run it, this one among them
   * @param stop tells the others to end soon, once one has failed
   */
  static void run(int threads, Task task, Runnable stop) throws IOException {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Runnable guarded =
        () -> {
          try {
            task.run();
          } catch (IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            stop.run();
          }
        };
    List<Thread> helpers = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      Thread helper = new Thread(guarded, "duckherder-copy-" + i);
      helper.setDaemon(true);
      helper.start();
      helpers.add(helper);
    }
    guarded.run();
    helpers.forEach(CopyThreads::join);
    raise(failure.get());
  }

  /** Waits even if interrupted: the caller gives up its lock when this returns. */
  private static void join(Thread helper) {
    boolean interrupted = false;
    while (true) {
      try {
        helper.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        helper.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void raise(@Nullable Throwable failure) throws IOException {
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }
}

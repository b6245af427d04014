package io.duckherder.cluster.managed;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Lets transactions into the live databases and commits through, and holds both up when that is
 * needed: commits for the instant of a seal's cut, transactions for a checkpoint, which DuckDB
 * grants for certain only when none is open. Safe for use by many threads.
 *
 * <pre>
 *   enter ---- transaction ---- commit ---- leave
 *     |                           |
 *     waits while a window is     waits while a cut is taken
 *     wanted or open, and, to
 *     write, while the log is full
 * </pre>
 */
public final class LiveGate {
  private final Duration patience;

  /** Commits share it, a cut has it alone. Fair, or a stream of commits would keep cuts out. */
  private final ReentrantReadWriteLock commits = new ReentrantReadWriteLock(true);

  /** Guarded by this. */
  private int inside;

  /** Guarded by this. */
  private boolean windowWanted;

  /** Guarded by this. */
  private boolean full;

  /**
   * @param patience how long a transaction waits to enter
   */
  LiveGate(Duration patience) {
    this.patience = patience;
  }

  /**
   * Enters to write, to leave by closing what it gets. Waits while a window is wanted or open, and
   * while the log is full.
   */
  public Permit enter() {
    return enter(() -> windowWanted || full);
  }

  /** Enters to read. Waits while a window is wanted or open. */
  public Permit enterToRead() {
    return enter(() -> windowWanted);
  }

  private Permit enter(BooleanSupplier closed) {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (this) {
      try {
        while (closed.getAsBoolean()) {
          long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (left <= 0) {
            throw tooLong();
          }
          wait(left);
        }
      } catch (InterruptedException e) {
        throw new DuckherderException(
            StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
      }
      inside++;
    }
    return new Permit();
  }

  private DuckherderException tooLong() {
    String why =
        full
            ? "the write-ahead log is over its limit, and transactions that do not end keep it from"
                + " being written into the file; the status names them"
            : "a checkpoint took longer";
    return new DuckherderException(
        StandardErrorCode.TIMEOUT,
        "Cannot start a transaction within %d ms: %s; run it again"
            .formatted(patience.toMillis(), why));
  }

  /** How long a transaction waits to enter. */
  Duration patience() {
    return patience;
  }

  /** Says whether the log is over its limit: then nobody enters to write. */
  synchronized void full(boolean isFull) {
    full = isFull;
    notifyAll();
  }

  /** Commits, unless a cut is being taken; then after it. */
  void commit(Runnable commit) {
    commits.readLock().lock();
    try {
      commit.run();
    } finally {
      commits.readLock().unlock();
    }
  }

  /** Looks at the live files while nobody commits. Must be quick. */
  <T> T holdingCommits(Supplier<T> look) {
    commits.writeLock().lock();
    try {
      return look.get();
    } finally {
      commits.writeLock().unlock();
    }
  }

  /**
   * Does work while no transaction is open: keeps new ones waiting, and waits for those inside, and
   * for the end of another window.
   *
   * @param drain how long to wait for them
   * @param work says whether it was done
   * @return false if they did not leave in time, and nothing was done
   */
  boolean window(Duration drain, BooleanSupplier work) {
    long deadline = System.nanoTime() + drain.toNanos();
    synchronized (this) {
      if (!await(() -> windowWanted, deadline)) {
        return false;
      }
      windowWanted = true;
    }
    try {
      if (!awaitEmpty(deadline)) {
        return false;
      }
      return work.getAsBoolean();
    } finally {
      synchronized (this) {
        windowWanted = false;
        notifyAll();
      }
    }
  }

  private synchronized boolean awaitEmpty(long deadline) {
    return await(() -> inside > 0, deadline);
  }

  /** Waits while something holds; the caller has the monitor. */
  private boolean await(BooleanSupplier holds, long deadline) {
    try {
      while (holds.getAsBoolean()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Transactions inside. */
  synchronized int inside() {
    return inside;
  }

  private synchronized void leave() {
    inside--;
    notifyAll();
  }

  /** The right to be inside, given back once. */
  public final class Permit implements AutoCloseable {
    private boolean left;

    private Permit() {}

    @Override
    public void close() {
      synchronized (LiveGate.this) {
        if (left) {
          return;
        }
        left = true;
      }
      leave();
    }
  }
}

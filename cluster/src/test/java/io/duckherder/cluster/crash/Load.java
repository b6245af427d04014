package io.duckherder.cluster.crash;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the clients of one driver know of each other and of its end. Used by all their threads. */
final class Load {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch begun;
  private volatile boolean killed;

  /** Begins when so many transactions are acknowledged. */
  Load(int transactions) {
    this.begun = new CountDownLatch(transactions);
  }

  /** Notes that a transaction was acknowledged. */
  void acknowledged() {
    begun.countDown();
  }

  /** Waits until the clients are at work, unless they failed. */
  void awaitBegin() throws InterruptedException {
    begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Kills the driver; what fails from now on fails for that. */
  void kill(CrashDriver driver) throws InterruptedException {
    killed = true;
    driver.kill();
  }

  boolean isKilled() {
    return killed;
  }
}

package io.duckherder.cluster.membership;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.Location;

/**
 * A worker as the driver sees it. Its load is counted by whoever sends it fragments; the rest
 * changes under the lock of {@link Membership}.
 */
public final class Worker {
  private final WorkerRegistration registration;
  private final Location location;
  private final AtomicInteger running = new AtomicInteger();
  private volatile Instant lastHeard;
  private volatile boolean suspected;

  Worker(WorkerRegistration registration, Instant now) {
    this.registration = registration;
    this.location = registration.location();
    this.lastHeard = now;
  }

  public WorkerRegistration registration() {
    return registration;
  }

  public String id() {
    return registration.id();
  }

  public Location location() {
    return location;
  }

  public int threads() {
    return registration.threads();
  }

  /** Fragments of SQL queries that run on it now. */
  public int running() {
    return running.get();
  }

  /** Whether a fragment failed on it and it was not heard since. */
  public boolean suspected() {
    return suspected;
  }

  public Instant lastHeard() {
    return lastHeard;
  }

  /** Counts a fragment in. */
  public void started() {
    running.incrementAndGet();
  }

  /** Counts a fragment out. */
  public void ended() {
    running.decrementAndGet();
  }

  /** Puts it behind the others until it is heard again. */
  public void suspect() {
    suspected = true;
  }

  void heard(Instant now) {
    lastHeard = now;
    suspected = false;
  }

  /** Its load for ordering: fragments a thread. */
  public double load() {
    return (double) running.get() / threads();
  }

  @Override
  public String toString() {
    return id() + " (" + registration.address() + ")";
  }
}

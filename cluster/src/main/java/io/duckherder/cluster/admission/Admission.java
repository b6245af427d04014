package io.duckherder.cluster.admission;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** One query's place in an {@link AdmissionQueue}. Whoever asked for it closes it. */
public final class Admission implements AutoCloseable {
  private final AdmissionQueue queue;
  private final String client;
  private final CompletableFuture<Boolean> granted = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  Admission(AdmissionQueue queue, String client) {
    this.queue = queue;
    this.client = client;
  }

  String client() {
    return client;
  }

  void grant() {
    granted.complete(true);
  }

  /** Whether it has a slot. */
  public boolean granted() {
    return granted.isDone();
  }

  /**
   * Waits for a slot.
   *
   * @throws DuckherderException QUEUE_TIMEOUT if there is none for too long, QUERY_CANCELLED if
   *     {@link #cancel} is called
   */
  public void await() {
    boolean admitted;
    try {
      admitted = granted.get(queue.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new DuckherderException(
          StandardErrorCode.QUEUE_TIMEOUT,
          "The query was queued for %s and did not begin: %s; run it again later, or let the operator change --max-queries or --queue-timeout"
              .formatted(text(), queue.state()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      admitted = false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("An admission has no failure of its own", e);
    }
    if (!admitted) {
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "The query was cancelled while it was queued");
    }
  }

  private String text() {
    long millis = queue.timeout().toMillis();
    return millis < 1000 ? millis + " ms" : millis / 1000 + " s";
  }

  /** Ends the wait; a slot that it has is given back by {@link #close} only. */
  public void cancel() {
    granted.complete(false);
  }

  /** Gives the slot back, or the place among those that wait. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      queue.end(this);
    }
  }
}

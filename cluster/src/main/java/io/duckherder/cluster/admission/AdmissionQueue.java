package io.duckherder.cluster.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Slots for queries that run, and those that wait for one. A slot that is free goes to the client
 * that has the fewest; of several, to the query that waits the longest. So a client with many
 * queries does not keep others waiting behind all of them. Safe for use by many threads.
 */
public final class AdmissionQueue {
  private final String name;
  private final IntSupplier slots;
  private final Duration timeout;

  /** Guarded by this. */
  private final List<Admission> waiting = new ArrayList<>();

  /** Client to the number of its queries that run. Guarded by this. */
  private final Map<String, Integer> running = new HashMap<>();

  /** Guarded by this. */
  private int taken;

  /**
   * A queue in which nothing waits.
   *
   * @param name what the queries are called in messages
   * @param slots most queries that run at once; asked again when a query comes or ends
   * @param timeout most time that a query waits
   */
  public AdmissionQueue(String name, IntSupplier slots, Duration timeout) {
    this.name = name;
    this.slots = slots;
    this.timeout = timeout;
  }

  /**
   * Asks for a slot, which the admission gives back when it is closed.
   *
   * @param client whose query it is
   */
  public Admission request(String client) {
    Admission admission = new Admission(this, client);
    synchronized (this) {
      waiting.add(admission);
    }
    refresh();
    return admission;
  }

  /** Gives free slots to those that wait; for when there may be more slots. */
  public void refresh() {
    List<Admission> granted = new ArrayList<>();
    synchronized (this) {
      while (!waiting.isEmpty() && taken < slots.getAsInt()) {
        Admission next = next();
        waiting.remove(next);
        taken++;
        running.merge(next.client(), 1, Integer::sum);
        granted.add(next);
      }
    }
    granted.forEach(Admission::grant);
  }

  /** Queries that wait. */
  public synchronized int waiting() {
    return waiting.size();
  }

  /** Queries that run. */
  public synchronized int taken() {
    return taken;
  }

  /** The caller holds the lock; the list is in the order of arrival. */
  private Admission next() {
    return waiting.stream()
        .min(Comparator.comparingInt(one -> running.getOrDefault(one.client(), 0)))
        .orElseThrow();
  }

  /** Ends an admission, whether it waits or has a slot. */
  void end(Admission admission) {
    synchronized (this) {
      if (!waiting.remove(admission)) {
        taken--;
        running.computeIfPresent(
            admission.client(), (client, count) -> count == 1 ? null : count - 1);
      }
    }
    refresh();
  }

  Duration timeout() {
    return timeout;
  }

  /** What to tell a query that waited for too long. */
  synchronized String state() {
    return "%d %s run, of at most %d, and %d wait"
        .formatted(taken, name, slots.getAsInt(), waiting.size());
  }
}

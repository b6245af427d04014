package io.duckherder.cluster.admission;

import io.duckherder.cluster.history.ExecutionMode;
import io.duckherder.cluster.history.ExecutionSummary;
import io.duckherder.session.ExecutionSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Decides which queue a query waits in. What the driver answers by itself waits in none, and
 * queries that read few rows have slots of their own, so that long ones do not keep them waiting.
 */
public final class QueryAdmission {
  private final AdmissionQueue large;
  private final AdmissionQueue small;

  /**
   * No query runs yet.
   *
   * @param slots most queries that run at once, of the small ones and again of the others
   * @param timeout most time that a query waits
   */
  public QueryAdmission(IntSupplier slots, Duration timeout) {
    this.large = new AdmissionQueue("queries", slots, timeout);
    this.small = new AdmissionQueue("small queries", slots, timeout);
  }

  /**
   * A place for a query, absent if it needs none.
   *
   * @param client whose query it is
   */
  public Optional<Admission> request(
      ExecutionSummary summary, ExecutionSettings settings, String client) {
    if (summary.mode() == ExecutionMode.LOCAL) {
      return Optional.empty();
    }
    boolean few = summary.rows().isPresent() && summary.rows().getAsLong() < settings.minimumRows();
    return Optional.of((few ? small : large).request(client));
  }

  /** Lets more queries run if there are more slots. */
  public void refresh() {
    large.refresh();
    small.refresh();
  }

  /** Queries that wait for a slot. */
  public int waiting() {
    return large.waiting() + small.waiting();
  }

  /** Queries that have a slot. */
  public int running() {
    return large.taken() + small.taken();
  }
}

package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which kept rows are gone when a run could not read all that it needs. The workers that
 * keep them are asked, each for its own: one may be dead, or a new process at the old address.
 */
final class ExchangeLosses {
  private static final Logger log = LoggerFactory.getLogger(ExchangeLosses.class);

  private final WorkerCalls calls;

  ExchangeLosses(WorkerCalls calls) {
    this.calls = calls;
  }

  /** The tables of a failed run that are gone; none if it failed for another reason. */
  Set<KeptTable> find(TaskAttempt attempt, Throwable failure) {
    if (!(failure instanceof DuckherderException known)
        || known.code() != StandardErrorCode.EXCHANGE_LOST) {
      return Set.of();
    }
    Set<Worker> workers =
        attempt.sources().stream().map(KeptTable::worker).collect(Collectors.toSet());
    Set<KeptTable> lost = new HashSet<>();
    for (Worker worker : workers) {
      if (!keepsAll(worker, attempt.fragment())) {
        attempt.sources().stream().filter(table -> table.isOn(worker)).forEach(lost::add);
      }
    }
    return lost;
  }

  private boolean keepsAll(Worker worker, Fragment fragment) {
    try {
      calls.probe(worker, fragment);
      return true;
    } catch (DuckherderException e) {
      log.warn("Query {}: rows on worker {} are lost: {}", fragment.queryId(), worker, e.text());
      if (e.code() != StandardErrorCode.EXCHANGE_LOST) {
        worker.suspect();
      }
      return false;
    }
  }
}

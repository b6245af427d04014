package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
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

  /** The workers that no longer keep what a failed run read; none if it failed otherwise. */
  Set<Worker> find(TaskAttempt attempt, Throwable failure) {
    if (!(failure instanceof DuckherderException known)
        || known.code() != StandardErrorCode.EXCHANGE_LOST) {
      return Set.of();
    }
    return attempt.sources().stream()
        .map(KeptTable::worker)
        .distinct()
        .filter(worker -> !keepsAll(worker, attempt.fragment()))
        .collect(Collectors.toSet());
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

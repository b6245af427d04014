package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.wire.BatchStream;

/** The other workers, as the exchange of one sees them. */
@FunctionalInterface
public interface Peers {
  /** No others: all that is read is kept here. */
  Peers NONE =
      (worker, fragment) -> {
        throw new DuckherderException(
            StandardErrorCode.EXCHANGE_LOST,
            "Cannot read from %s for query %s: this engine reads from no workers"
                .formatted(worker, fragment.queryId()));
      };

  /**
   * The rows of a fragment that another worker runs; the caller closes the stream.
   *
   * @param worker where it serves: {@code grpc://host:port}
   */
  BatchStream open(String worker, Fragment fragment);
}

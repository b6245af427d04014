package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.spark.source.PlannedRead;
import java.util.Optional;

/** Takes note of what the reads of a statement are of. Driver-only. */
final class ReadWatch {
  /** Watches nothing. */
  static final ReadWatch NONE = new ReadWatch();

  private Optional<Snapshot> snapshot = Optional.empty();

  /** A read was planned. */
  synchronized void planned(PlannedRead read) {
    if (this == NONE) {
      return;
    }
    if (snapshot.isPresent() && !snapshot.get().equals(read.snapshot())) {
      throw new DuckherderException(
          StandardErrorCode.TRANSACTION_CONFLICT,
          "Cannot change rows: the database was written while the statement was planned; run it again");
    }
    snapshot = Optional.of(read.snapshot());
  }

  /** What was read, if something was. */
  synchronized Optional<Snapshot> snapshot() {
    return snapshot;
  }
}

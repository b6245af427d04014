package io.duckherder.cluster.membership;

import io.duckherder.wire.WorkerHealth;
import org.apache.arrow.flight.Location;

/** Asks a worker how it is. */
@FunctionalInterface
public interface WorkerProbe {
  /** What the worker at an address says; fails with UNREACHABLE if none answers there. */
  WorkerHealth health(Location location);
}

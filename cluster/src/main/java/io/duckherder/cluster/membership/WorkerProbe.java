package io.duckherder.cluster.membership;

import org.apache.arrow.flight.Location;

/** Finds out whether a worker answers at an address. */
@FunctionalInterface
public interface WorkerProbe {
  /** Fails with UNREACHABLE if nothing answers there. */
  void requireHealthy(Location location);
}

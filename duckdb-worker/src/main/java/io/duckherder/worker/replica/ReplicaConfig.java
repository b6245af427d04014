package io.duckherder.worker.replica;

import java.nio.file.Path;
import java.util.OptionalLong;
import org.apache.arrow.flight.Location;

/**
 * How a worker gets replicas.
 *
 * @param driver whom it asks
 * @param directory where it keeps those that it shares with no driver
 * @param space most bytes that they take; absent for as much as the disk has
 * @param sharing whether it uses files of the driver's that it sees
 */
public record ReplicaConfig(
    Location driver, Path directory, OptionalLong space, FileSharing sharing) {
  /** Whether a worker uses the driver's own files. */
  public enum FileSharing {
    /** It does where it sees them. */
    WHERE_SEEN,
    /** All that it reads comes over the network. */
    NEVER
  }
}

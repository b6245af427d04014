package io.duckherder.cluster.replication;

import io.duckherder.storage.ObjectSource;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds the snapshots of a managed database by the database's id. */
public interface ServedStores {
  /** For a driver that writes no database. */
  ServedStores NONE = id -> Optional.empty();

  Optional<ServedStore> find(String id);

  /**
   * The snapshots of one database.
   *
   * @param directory where they are kept
   * @param objects the same, to be read
   * @param replicas where this host's processes keep their replicas
   * @param replicaSpace most bytes of all replicas there; absent for no limit
   */
  record ServedStore(
      Path directory, ObjectSource objects, Path replicas, OptionalLong replicaSpace) {}
}

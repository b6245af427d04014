package io.duckherder.worker.replica;

import io.duckherder.snapshot.SealedVersion;
import io.duckherder.storage.replica.ReplicaDirectory;
import io.duckherder.storage.replica.ReplicaSlots;
import io.duckherder.storage.replica.SlotOrder;
import io.duckherder.worker.engine.SealedFiles;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Sealed snapshots in the slots of a folder, which other processes of the host may share. What a
 * database's replicas are made of is asked for when it is first met.
 */
public final class ReplicaFiles implements SealedFiles {
  /** Reads that are under way at a time, for each replica that is made. */
  private static final int THREADS = 2;

  private final ReplicaDirectory directory;
  private final Function<String, StoredDatabase> databases;
  private final Map<String, ReplicaSlots> slots = new ConcurrentHashMap<>();

  /**
   * @param databases finds a database by its id, or fails
   */
  public ReplicaFiles(ReplicaDirectory directory, Function<String, StoredDatabase> databases) {
    this.directory = directory;
    this.databases = databases;
  }

  @Override
  public Lease lease(SealedVersion version) {
    return new SlotLease(slots(version.database()).acquire(version.number(), version.id()));
  }

  private ReplicaSlots slots(String id) {
    ReplicaSlots known = slots.get(id);
    if (known != null) {
      return known;
    }
    // Two that meet it at a time both ask: asking may take long.
    StoredDatabase database = databases.apply(id);
    ReplicaSlots made =
        new ReplicaSlots(
            directory, id, SlotOrder.BY_NUMBER, database.contents(), database.objects(), THREADS);
    ReplicaSlots earlier = slots.putIfAbsent(id, made);
    return earlier == null ? made : earlier;
  }
}

package io.duckherder.worker.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.storage.DirectorySource;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.manifest.SnapshotReader;
import io.duckherder.storage.replica.ReplicaDirectory;
import io.duckherder.storage.replica.ReplicaSlots;
import io.duckherder.storage.replica.SlotOrder;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.replication.HostFolders;
import io.duckherder.wire.replication.ReplicationActions;
import io.duckherder.wire.replication.StoreDescription;
import io.duckherder.worker.engine.FileAccess;
import io.duckherder.worker.engine.SealedFiles;
import io.duckherder.worker.replica.ReplicaConfig.FileSharing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's replicas, made of what its driver has. The worker knows no database beforehand: it
 * asks the driver when it first meets the id of one. If it sees the driver's own folders it uses
 * them, replicas included; otherwise it keeps replicas of its own, of bytes that come over the
 * network. External files that it cannot open at their paths it gets the same way.
 */
public final class DriverReplicas implements SealedFiles, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DriverReplicas.class);

  /** Reads of local files that are under way at a time, for each replica that is made. */
  private static final int LOCAL_THREADS = 2;

  /** The same for reads over the network. */
  private static final int REMOTE_THREADS = 4;

  private final ReplicaConfig config;
  private final DriverCalls driver;
  private final Map<String, ReplicaSlots> databases = new ConcurrentHashMap<>();

  /** Guarded by this. */
  private final Map<Path, ReplicaDirectory> directories = new HashMap<>();

  /**
   * @param clients they present the cluster's secret; the caller's to close, after this
   */
  public DriverReplicas(ReplicaConfig config, ClientPool clients) {
    this.config = config;
    this.driver = new DriverCalls(clients, config.driver());
  }

  @Override
  public Lease lease(SealedVersion version) {
    String id = version.database();
    ReplicaSlots known = databases.get(id);
    if (known != null) {
      try {
        return new SlotLease(known.acquire(version.number(), version.id()));
      } catch (DuckherderException e) {
        if (e.code() != StandardErrorCode.SNAPSHOT_NOT_FOUND
            && e.code() != StandardErrorCode.SNAPSHOT_STORE_BROKEN) {
          throw e;
        }
        // The driver may have been started again with other folders.
        log.warn("{}; asking the driver where snapshots are", e.text());
      }
    }
    ReplicaSlots found = find(id);
    databases.put(id, found);
    return new SlotLease(found.acquire(version.number(), version.id()));
  }

  private ReplicaSlots find(String id) {
    StoreDescription store =
        driver.ask(
            ReplicationActions.STORE, id.getBytes(StandardCharsets.UTF_8), StoreDescription.class);
    boolean sharing = config.sharing() == FileSharing.WHERE_SEEN;
    boolean seesStore = sharing && HostFolders.isHere(store.host(), store.store());
    boolean seesReplicas = seesStore && HostFolders.isHere(store.host(), store.replicas());
    log.info(
        "Snapshots of database {} come from {}, replicas are in {}",
        id,
        seesStore ? store.store().path() : "the driver",
        seesReplicas ? store.replicas().path() : config.directory());
    ObjectSource objects =
        seesStore
            ? new DirectorySource(Path.of(store.store().path()))
            : new FlightObjectSource(driver, id);
    return new ReplicaSlots(
        seesReplicas
            ? directory(Path.of(store.replicas().path()), store.replicaSpace())
            : directory(config.directory(), config.space()),
        id,
        SlotOrder.BY_NUMBER,
        new SnapshotReader(objects)::content,
        objects,
        seesStore ? LOCAL_THREADS : REMOTE_THREADS);
  }

  private synchronized ReplicaDirectory directory(Path path, OptionalLong space) {
    return directories.computeIfAbsent(path, key -> ReplicaDirectory.open(key, space));
  }

  @Override
  public FileAccess fileAccess() {
    return config.sharing() == FileSharing.NEVER ? FileAccess.COPY : FileAccess.IN_PLACE_OR_COPY;
  }

  @Override
  public Lease leaseCopy(FileIdentity file) {
    FlightFileSource source = new FlightFileSource(driver, file);
    ReplicaSlots slots =
        new ReplicaSlots(
            directory(config.directory(), config.space()),
            source.folder(),
            SlotOrder.NONE,
            number -> source.content(),
            source,
            REMOTE_THREADS);
    return new SlotLease(slots.acquire(source.number(), FlightFileSource.ID));
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    driver.close();
  }
}

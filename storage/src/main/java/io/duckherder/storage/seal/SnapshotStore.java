package io.duckherder.storage.seal;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.ObjectStore;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.manifest.Catalog;
import io.duckherder.storage.manifest.Layer;
import io.duckherder.storage.manifest.Manifest;
import io.duckherder.storage.manifest.ManifestFile;
import io.duckherder.storage.manifest.ReadLease;
import io.duckherder.storage.retention.Collector;
import io.duckherder.storage.retention.Freed;
import io.duckherder.storage.retention.Retention;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one managed database. There is one of these for a store as long as that is open;
 * more can be sealed while it has a live file. Safe for use by many threads: {@link #cut} waits for
 * nobody, the rest takes its turn. The order of things is the caller's to keep:
 *
 * <ul>
 *   <li>{@link #attach} is called after DuckDB attached the live file for writing, with automatic
 *       checkpoints off, and {@link #detach} after DuckDB closed it;
 *   <li>{@link #cut} is called while commits are held, {@link #seal} after they go on;
 *   <li>between a cut and the end of its seal there is no checkpoint;
 *   <li>{@link #afterCheckpoint} is called after each checkpoint, before the next one and before
 *       writes go on. A call that is left out costs time at the next seal, not correctness.
 * </ul>
 */
public final class SnapshotStore implements AutoCloseable {
  private final ObjectStore store;
  private final Catalog catalog;
  private final Collector collector;
  private final Clock clock;

  /** Whether there is no manifest on the disk yet. Guarded by this. */
  private boolean unwritten;

  /** Written under this. Null while there is no live file. */
  private volatile @Nullable Attached attached;

  /** What is known of a live file as long as DuckDB has it open. */
  private record Attached(LiveFile live, Sealer sealer) {}

  private SnapshotStore(ObjectStore store, Catalog catalog, boolean unwritten, Clock clock) {
    this.unwritten = unwritten;
    this.store = store;
    this.catalog = catalog;
    this.collector = new Collector(store, catalog);
    this.clock = clock;
  }

  /** Opens a store, made with the first live file. Objects that no manifest names are deleted. */
  public static SnapshotStore open(ObjectStore store) {
    return open(store, Clock.systemUTC());
  }

  /** The same, with a live file. */
  public static SnapshotStore open(ObjectStore store, Path liveFile) {
    return open(store, liveFile, Clock.systemUTC());
  }

  /** The same, with another clock for the time of snapshots. */
  public static SnapshotStore open(ObjectStore store, Path liveFile, Clock clock) {
    SnapshotStore opened = open(store, clock);
    opened.attach(liveFile);
    return opened;
  }

  private static SnapshotStore open(ObjectStore store, Clock clock) {
    Optional<Manifest> found = ManifestFile.find(store);
    Manifest manifest = found.orElseGet(() -> Manifest.empty(UUID.randomUUID().toString()));
    deleteOrphans(store, manifest);
    return new SnapshotStore(store, new Catalog(store, manifest), found.isEmpty(), clock);
  }

  /** Takes up a live file, in the place of one before. Readers and collections go on. */
  public synchronized void attach(Path liveFile) {
    detach();
    LiveFile live = new LiveFile(liveFile, clock);
    try {
      if (unwritten) {
        ManifestFile.write(catalog.current(), store);
        unwritten = false;
      }
      attached = new Attached(live, new Sealer(store, catalog, live));
    } catch (RuntimeException e) {
      live.close();
      throw e;
    }
  }

  /** Lets go of the live file; nothing is sealed until there is one again. */
  public synchronized void detach() {
    Attached before = attached;
    attached = null;
    if (before != null) {
      before.live().close();
    }
  }

  private Attached attached() {
    Attached open = attached;
    if (open == null) {
      throw new DuckherderException(
          StandardErrorCode.FILE_IN_USE,
          "Cannot seal database " + database() + ": its live file is being exchanged; try again");
    }
    return open;
  }

  private static void deleteOrphans(ObjectStore store, Manifest manifest) {
    Set<String> named = new HashSet<>(Set.of(ObjectSource.MANIFEST));
    manifest.layers().stream().map(Layer::object).forEach(named::add);
    store.list().stream().filter(name -> !named.contains(name)).forEach(store::delete);
  }

  /** The id of the database, a UUID. */
  public String database() {
    return catalog.current().database();
  }

  /** The kept snapshots, oldest first. */
  public List<SnapshotSummary> snapshots() {
    return catalog.current().snapshots();
  }

  public Optional<SnapshotSummary> newest() {
    return catalog.current().newest();
  }

  /** Where the bytes of a snapshot are; fails with SNAPSHOT_NOT_FOUND if it is not kept. */
  public SnapshotContent content(long number) {
    return catalog.content(number);
  }

  /** Keeps a snapshot until the lease is closed, and its bytes where they are. */
  public ReadLease lease(long number) {
    return catalog.lease(number);
  }

  /** Snapshots with open leases, and how many there are. */
  public Map<Long, Integer> leases() {
    return catalog.leases();
  }

  /** Where the last commit ends. To be called while commits are held; takes microseconds. */
  public Cut cut() {
    return attached().live().cut();
  }

  /**
   * Makes a snapshot of a cut, or tells the newest one if it has all that the cut has. When it
   * returns, the snapshot is on disk; when it fails, the snapshots are those of before.
   */
  public synchronized SnapshotSummary seal(Cut cut) {
    checkFile(cut);
    Sealer sealer = attached().sealer();
    return sealer.findSealed(cut).orElseGet(() -> sealer.seal(cut));
  }

  /** Notes what a checkpoint did, which makes the next seal cheap. */
  public synchronized void afterCheckpoint() {
    attached().sealer().afterCheckpoint();
  }

  private void checkFile(Cut cut) {
    Manifest manifest = catalog.current();
    boolean other =
        manifest.blockBytes() != 0
            && (manifest.blockBytes() != cut.headers().blockBytes()
                || !manifest.file().equals(cut.headers().identifier()));
    if (other) {
      throw new DuckherderException(
          StandardErrorCode.FILE_CHANGED,
          "Cannot seal "
              + attached().live().path()
              + ": it is not the database whose snapshots are in this store; use another store for"
              + " it");
    }
  }

  /** Names a snapshot, which is kept from then on. A name belongs to one snapshot at most. */
  public void name(long number, String name) {
    catalog.update(
        manifest -> {
          manifest.snapshot(number);
          manifest.snapshots().stream()
              .filter(s -> s.number() != number && s.name().equals(Optional.of(name)))
              .findFirst()
              .ifPresent(
                  other -> {
                    throw new DuckherderException(
                        StandardErrorCode.INVALID_OPTION,
                        "Cannot name snapshot %d \"%s\": snapshot %d has that name; take another"
                            .formatted(number, name, other.number()));
                  });
          return withName(manifest, number, Optional.of(name));
        });
  }

  /** Takes the name from a snapshot, which retention may then let go. */
  public void unname(long number) {
    catalog.update(
        manifest -> {
          manifest.snapshot(number);
          return withName(manifest, number, Optional.empty());
        });
  }

  private static Manifest withName(Manifest manifest, long number, Optional<String> name) {
    return manifest.withSnapshots(
        manifest.snapshots().stream()
            .map(s -> s.number() == number ? s.withName(name) : s)
            .toList());
  }

  /** Lets go of snapshots. The newest one and those with open leases cannot go. */
  public Freed drop(Set<Long> numbers) {
    for (long number : numbers) {
      catalog.current().snapshot(number);
      if (catalog.isLeased(number)) {
        throw new DuckherderException(
            StandardErrorCode.FILE_IN_USE,
            "Cannot drop snapshot " + number + ": somebody reads it; wait until that ends");
      }
      if (newest().filter(newest -> newest.number() == number).isPresent()) {
        throw new DuckherderException(
            StandardErrorCode.UNSUPPORTED,
            "Cannot drop snapshot "
                + number
                + ": it is the newest, which a lost database is restored from; seal another first");
      }
    }
    return collector.collect(numbers);
  }

  /**
   * Lets go of the snapshots that retention does not keep, and merges what their layers leave.
   * Seals go on meanwhile.
   *
   * @param pinned snapshots that stay as well
   */
  public Freed collect(Retention retention, Set<Long> pinned) {
    return collector.collect(
        retention.expired(snapshots(), clock.instant()).stream()
            .map(SnapshotSummary::number)
            .filter(number -> !pinned.contains(number))
            .collect(Collectors.toSet()));
  }

  /** Closes the live file, and not the store that it was opened with. */
  @Override
  public void close() {
    detach();
  }
}

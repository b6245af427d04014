package io.duckherder.storage.seal;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.ObjectStore;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.manifest.Layer;
import io.duckherder.storage.manifest.Manifest;
import io.duckherder.storage.manifest.ManifestFile;
import io.duckherder.storage.manifest.SnapshotReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The snapshots of one managed database, open for sealing more. Safe for use by many threads:
 * {@link #cut} waits for nobody, the rest takes its turn. The order of things is the caller's to
 * keep:
 *
 * <ul>
 *   <li>opened after DuckDB attached the live file for writing, with automatic checkpoints off, and
 *       closed after DuckDB closed it;
 *   <li>{@link #cut} is called while commits are held, {@link #seal} after they go on;
 *   <li>between a cut and the end of its seal there is no checkpoint;
 *   <li>{@link #afterCheckpoint} is called after each checkpoint, before the next one and before
 *       writes go on. A call that is left out costs time at the next seal, not correctness.
 * </ul>
 */
public final class SnapshotStore implements AutoCloseable {
  private final ObjectStore store;
  private final SnapshotReader reader;
  private final LiveFile live;
  private final Sealer sealer;
  private volatile Manifest manifest;

  private SnapshotStore(ObjectStore store, LiveFile live, Manifest manifest) {
    this.store = store;
    this.reader = new SnapshotReader(store);
    this.live = live;
    this.manifest = manifest;
    this.sealer = new Sealer(store, live, manifest);
  }

  /** Opens a store, made if it is empty. Objects that no manifest names are deleted. */
  public static SnapshotStore open(ObjectStore store, Path liveFile) {
    return open(store, liveFile, Clock.systemUTC());
  }

  static SnapshotStore open(ObjectStore store, Path liveFile, Clock clock) {
    Manifest manifest =
        ManifestFile.find(store)
            .orElseGet(
                () -> {
                  Manifest fresh = Manifest.empty(UUID.randomUUID().toString());
                  ManifestFile.write(fresh, store);
                  return fresh;
                });
    deleteOrphans(store, manifest);
    LiveFile live = new LiveFile(liveFile, clock);
    try {
      return new SnapshotStore(store, live, manifest);
    } catch (RuntimeException e) {
      live.close();
      throw e;
    }
  }

  private static void deleteOrphans(ObjectStore store, Manifest manifest) {
    Set<String> named = new HashSet<>(Set.of(ObjectSource.MANIFEST));
    manifest.layers().stream().map(Layer::object).forEach(named::add);
    store.list().stream().filter(name -> !named.contains(name)).forEach(store::delete);
  }

  /** The id of the database, a UUID. */
  public String database() {
    return manifest.database();
  }

  /** The kept snapshots, oldest first. */
  public List<SnapshotSummary> snapshots() {
    return manifest.snapshots();
  }

  public Optional<SnapshotSummary> newest() {
    return manifest.newest();
  }

  /** Where the bytes of a snapshot are; fails with SNAPSHOT_NOT_FOUND if it is not kept. */
  public SnapshotContent content(long number) {
    return reader.content(manifest, number);
  }

  /** Where the last commit ends. To be called while commits are held; takes microseconds. */
  public Cut cut() {
    return live.cut();
  }

  /**
   * Makes a snapshot of a cut, or tells the newest one if it has all that the cut has. When it
   * returns, the snapshot is on disk; when it fails, the snapshots are those of before.
   */
  public synchronized SnapshotSummary seal(Cut cut) {
    checkFile(cut);
    Optional<SnapshotSummary> same = sealer.findSealed(cut, manifest);
    if (same.isPresent()) {
      return same.get();
    }
    Manifest sealed =
        sealer.seal(cut, manifest.withFile(cut.headers().identifier(), cut.headers().blockBytes()));
    manifest = sealed;
    return sealed.snapshot(sealed.snapshots().get(sealed.snapshots().size() - 1).number());
  }

  /** Notes what a checkpoint did, which makes the next seal cheap. */
  public synchronized void afterCheckpoint() {
    sealer.afterCheckpoint();
  }

  private void checkFile(Cut cut) {
    boolean other =
        manifest.blockBytes() != 0
            && (manifest.blockBytes() != cut.headers().blockBytes()
                || !manifest.file().equals(cut.headers().identifier()));
    if (other) {
      throw new DuckherderException(
          StandardErrorCode.FILE_CHANGED,
          "Cannot seal "
              + live.path()
              + ": it is not the database whose snapshots are in this store; use another store for"
              + " it");
    }
  }

  /** Closes the live file, and not the store that it was opened with. */
  @Override
  public synchronized void close() {
    live.close();
  }
}

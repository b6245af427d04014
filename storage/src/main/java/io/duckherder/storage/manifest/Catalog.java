package io.duckherder.storage.manifest;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectStore;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifest as it is, and who reads what. There is one for a store as long as the store is open:
 * two would overwrite what the other names. Safe for use by many threads; changes take their turn
 * and are short: whatever takes long is done before.
 */
public final class Catalog {
  private static final Logger log = LoggerFactory.getLogger(Catalog.class);

  private final ObjectStore store;
  private final SnapshotReader reader;
  private final Map<Long, Integer> leasedSnapshots = new HashMap<>();
  private final Map<String, Integer> leasedObjects = new HashMap<>();

  /** Objects that no manifest names, but somebody reads. */
  private final Set<String> doomed = new HashSet<>();

  private volatile Manifest current;

  /** What the manifest on the disk can be: more than one after a change that failed. */
  private List<Manifest> possible;

  public Catalog(ObjectStore store, Manifest current) {
    this.store = store;
    this.reader = new SnapshotReader(store);
    this.current = current;
    this.possible = List.of(current);
  }

  public Manifest current() {
    return current;
  }

  /**
   * Changes the manifest, on the disk first. Fails if the one on the disk is not of this catalog:
   * what it names would be lost.
   */
  public synchronized Manifest update(UnaryOperator<Manifest> change) {
    Manifest changed = change.apply(current);
    if (!changed.equals(current)) {
      Manifest replaced = readOwn();
      possible = List.of(replaced, changed);
      ManifestFile.write(changed, store);
      possible = List.of(changed);
      List<Layer> unnamed = new ArrayList<>(replaced.layers());
      unnamed.removeAll(current.layers());
      unnamed.removeAll(changed.layers());
      current = changed;
      deleteUnnamed(unnamed);
    }
    return changed;
  }

  /** Deletes what a change named that failed when it was on the disk. */
  private void deleteUnnamed(List<Layer> layers) {
    try {
      delete(layers);
    } catch (DuckherderException e) {
      // The change after it is done, whatever becomes of this.
      log.warn("Objects that nothing names stay until the next start: {}", e.text());
    }
  }

  /**
   * Makes a layer part of the store. If that fails, its object is deleted, unless the manifest on
   * the disk names it all the same.
   */
  public synchronized void add(Layer layer, UnaryOperator<Manifest> change) {
    try {
      update(change);
    } catch (RuntimeException e) {
      try {
        if (!ManifestFile.read(store).layers().contains(layer)) {
          store.delete(layer.object());
        }
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private Manifest readOwn() {
    return ManifestFile.find(store)
        .filter(possible::contains)
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.FILE_CHANGED,
                    "Cannot change the snapshots of database "
                        + current.database()
                        + ": somebody else replaced their manifest, or deleted it; start the driver"
                        + " again, which reads what is there"));
  }

  /** Where every block is after all layers. */
  public synchronized BlockMap blocks() {
    BlockMap blocks = new BlockMap();
    // A collection deletes no layer meanwhile.
    for (Layer layer : current.layers()) {
      blocks.apply(SnapshotReader.index(store, layer));
    }
    return blocks;
  }

  /** Where the bytes of a snapshot are. */
  public SnapshotContent content(long number) {
    return reader.content(current, number);
  }

  /** Keeps a snapshot, and the objects that hold it now, until the lease is closed. */
  public synchronized ReadLease lease(long number) {
    SnapshotContent content = reader.content(current, number);
    Set<String> objects =
        Stream.of(Stream.of(content.headers()), content.blocks().stream(), content.wal().stream())
            .flatMap(pieces -> pieces)
            .filter(piece -> !piece.equals(SnapshotContent.FREE))
            .map(Piece::object)
            .collect(Collectors.toSet());
    leasedSnapshots.merge(number, 1, Integer::sum);
    objects.forEach(object -> leasedObjects.merge(object, 1, Integer::sum));
    return new ReadLease(content, () -> release(number, objects));
  }

  private synchronized void release(long number, Set<String> objects) {
    leasedSnapshots.computeIfPresent(number, (n, count) -> count == 1 ? null : count - 1);
    for (String object : objects) {
      leasedObjects.computeIfPresent(object, (o, count) -> count == 1 ? null : count - 1);
      if (!leasedObjects.containsKey(object) && doomed.remove(object)) {
        store.delete(object);
      }
    }
  }

  /** Whether somebody reads a snapshot. */
  public synchronized boolean isLeased(long number) {
    return leasedSnapshots.containsKey(number);
  }

  /** Snapshots that somebody reads, and how many do. */
  public synchronized Map<Long, Integer> leases() {
    return Map.copyOf(leasedSnapshots);
  }

  /** Deletes the objects of layers that the manifest has ceased to name. */
  public synchronized void delete(List<Layer> layers) {
    for (Layer layer : layers) {
      if (leasedObjects.containsKey(layer.object())) {
        doomed.add(layer.object());
      } else {
        store.delete(layer.object());
      }
    }
  }
}

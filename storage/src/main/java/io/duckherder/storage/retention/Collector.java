package io.duckherder.storage.retention;

import io.duckherder.storage.ObjectStore;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.manifest.Catalog;
import io.duckherder.storage.manifest.Layer;
import io.duckherder.storage.manifest.Manifest;
import io.duckherder.storage.manifest.SnapshotReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Lets go of snapshots. First the manifest ceases to name them, then layers are merged while seals
 * go on, then a manifest names the new layers, and last the old objects are deleted: whenever it
 * stops, the store is whole. One collection at a time.
 */
public final class Collector {
  private final ObjectStore store;
  private final Catalog catalog;

  public Collector(ObjectStore store, Catalog catalog) {
    this.store = store;
    this.catalog = catalog;
  }

  /** Lets go of these snapshots, but not of those that somebody reads. */
  public synchronized Freed collect(Set<Long> numbers) {
    List<SnapshotSummary> gone = new ArrayList<>();
    Manifest manifest =
        catalog.update(
            before -> {
              List<SnapshotSummary> kept = new ArrayList<>();
              for (SnapshotSummary snapshot : before.snapshots()) {
                boolean goes =
                    numbers.contains(snapshot.number()) && !catalog.isLeased(snapshot.number());
                (goes ? gone : kept).add(snapshot);
              }
              return before.withSnapshots(kept);
            });
    Freed freed = new Freed(gone.size(), 0, 0);
    for (List<Layer> run : MergePlan.runs(manifest, layer -> SnapshotReader.index(store, layer))) {
      Layer merged = new LayerMerger(store).merge(run);
      replace(run, merged);
      catalog.delete(run);
      long bytes = run.stream().mapToLong(Layer::bytes).sum() - merged.bytes();
      freed = new Freed(freed.snapshots(), freed.objects() + run.size(), freed.bytes() + bytes);
    }
    return freed;
  }

  private void replace(List<Layer> run, Layer merged) {
    catalog.add(
        merged,
        before -> {
          List<Layer> layers = new ArrayList<>(before.layers());
          int at = Collections.indexOfSubList(layers, run);
          layers.subList(at, at + run.size()).clear();
          layers.add(at, merged);
          return before.withLayers(layers);
        });
  }
}

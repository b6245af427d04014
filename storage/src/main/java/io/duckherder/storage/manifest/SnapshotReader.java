package io.duckherder.storage.manifest;

import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.PieceReader;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotSummary;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what snapshots there are and where their bytes lie. Keeps what it folded last, so that the
 * next snapshot costs its own layer only. Safe for use by many threads.
 *
 * <p>Collection may move the bytes of a snapshot that is kept to another object. A reader that
 * holds no lease asks for the content again when an object is gone.
 */
public final class SnapshotReader {
  private final ObjectSource source;
  private BlockMap folded = new BlockMap();
  private final List<Layer> foldedLayers = new ArrayList<>();

  public SnapshotReader(ObjectSource source) {
    this.source = source;
  }

  /** The id of the database, a UUID. */
  public String database() {
    return ManifestFile.read(source).database();
  }

  /** The kept snapshots, oldest first. */
  public List<SnapshotSummary> snapshots() {
    return ManifestFile.read(source).snapshots();
  }

  /** Where the bytes of a snapshot are; fails with SNAPSHOT_NOT_FOUND if it is not kept. */
  public SnapshotContent content(long number) {
    return content(ManifestFile.read(source), number);
  }

  /** The same, when the manifest is at hand. */
  public synchronized SnapshotContent content(Manifest manifest, long number) {
    List<Layer> layers = manifest.layersOf(number);
    if (!startsWith(layers, foldedLayers)) {
      folded = new BlockMap();
      foldedLayers.clear();
    }
    for (Layer layer : layers.subList(foldedLayers.size(), layers.size())) {
      folded.apply(index(source, layer));
      foldedLayers.add(layer);
    }
    return folded.content(manifest.snapshot(number), manifest.blockBytes());
  }

  private static boolean startsWith(List<Layer> layers, List<Layer> first) {
    return layers.size() >= first.size() && layers.subList(0, first.size()).equals(first);
  }

  /** Reads and checks the index of a layer. */
  public static LayerIndex index(ObjectSource source, Layer layer) {
    List<LayerIndex> read = new ArrayList<>();
    new PieceReader(source)
        .read(
            List.of(layer.indexPiece()),
            (index, bytes) -> read.add(LayerIndex.decode(bytes, layer.object())));
    return read.get(0);
  }
}

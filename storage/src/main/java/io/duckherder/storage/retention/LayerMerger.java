package io.duckherder.storage.retention;

import io.duckherder.storage.ObjectStore;
import io.duckherder.storage.PieceReader;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.manifest.Layer;
import io.duckherder.storage.manifest.LayerIndex;
import io.duckherder.storage.manifest.LayerWriter;
import io.duckherder.storage.manifest.SnapshotReader;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes one layer in the place of several. Every byte is checked on its way. */
final class LayerMerger {
  private final ObjectStore store;

  LayerMerger(ObjectStore store) {
    this.store = store;
  }

  /** Merges layers that follow each other. */
  Layer merge(List<Layer> run) {
    MergedIndex merged = new MergedIndex();
    for (int i = run.size() - 1; i >= 0; i--) {
      merged.putBefore(SnapshotReader.index(store, run.get(i)));
    }
    LayerIndex index = merged.index();
    try (LayerWriter writer = new LayerWriter(store, run.get(run.size() - 1).snapshot())) {
      return writer.commit(copy(index, writer));
    }
  }

  private LayerIndex copy(LayerIndex index, LayerWriter writer) {
    List<Piece> pieces = new ArrayList<>(List.of(index.headers()));
    pieces.addAll(index.wal());
    SortedMap<Integer, Piece> blocks = new TreeMap<>(index.blocks());
    List<Integer> stored = new ArrayList<>();
    blocks.forEach(
        (block, piece) -> {
          if (!piece.equals(SnapshotContent.FREE)) {
            stored.add(block);
            pieces.add(piece);
          }
        });
    List<Piece> copied = new ArrayList<>();
    new PieceReader(store)
        .read(pieces, (i, bytes) -> copied.add(writer.add(bytes, pieces.get(i).digest())));
    int firstBlock = 1 + index.wal().size();
    for (int i = 0; i < stored.size(); i++) {
      blocks.put(stored.get(i), copied.get(firstBlock + i));
    }
    return new LayerIndex(
        index.fileBlocks(), copied.get(0), index.newWal(), copied.subList(1, firstBlock), blocks);
  }
}

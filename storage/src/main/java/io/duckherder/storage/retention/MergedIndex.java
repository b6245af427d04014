package io.duckherder.storage.retention;

import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.manifest.LayerIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Several layers as one, put together from the last to the first. */
final class MergedIndex {
  private final SortedMap<Integer, Piece> blocks = new TreeMap<>();
  private final List<Piece> wal = new ArrayList<>();
  private Piece headers = SnapshotContent.FREE;
  private boolean newWal;
  private boolean empty = true;
  private int fileBlocks;

  /** The fewest blocks that the file had: what was beyond them is free unless written since. */
  private int fewestBlocks;

  /** Puts the layer before those that are here. */
  void putBefore(LayerIndex layer) {
    if (empty) {
      headers = layer.headers();
      fileBlocks = layer.fileBlocks();
      fewestBlocks = fileBlocks;
      empty = false;
    }
    layer
        .blocks()
        .forEach(
            (block, piece) -> {
              if (block < fewestBlocks) {
                blocks.putIfAbsent(block, piece);
              }
            });
    fewestBlocks = Math.min(fewestBlocks, layer.fileBlocks());
    if (!newWal) {
      wal.addAll(0, layer.wal());
      newWal = layer.newWal();
    }
  }

  /** What of a layer in front of these is not needed behind them. */
  List<Piece> superseded(LayerIndex layer) {
    List<Piece> pieces = new ArrayList<>();
    layer
        .blocks()
        .forEach(
            (block, piece) -> {
              if (block >= fewestBlocks || blocks.containsKey(block)) {
                pieces.add(piece);
              }
            });
    if (newWal) {
      pieces.addAll(layer.wal());
    }
    pieces.add(layer.headers());
    return pieces;
  }

  /** All together. */
  LayerIndex index() {
    SortedMap<Integer, Piece> all = new TreeMap<>(blocks);
    for (int block = fewestBlocks; block < fileBlocks; block++) {
      all.putIfAbsent(block, SnapshotContent.FREE);
    }
    return new LayerIndex(fileBlocks, headers, newWal, wal, all);
  }
}

package io.duckherder.storage.seal;

import io.duckherder.storage.ObjectStore;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.file.FileHeaders;
import io.duckherder.storage.manifest.BlockMap;
import io.duckherder.storage.manifest.Layer;
import io.duckherder.storage.manifest.LayerIndex;
import io.duckherder.storage.manifest.LayerWriter;
import io.duckherder.storage.manifest.Manifest;
import io.duckherder.storage.manifest.ManifestFile;
import io.duckherder.storage.manifest.SnapshotReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Writes layers. Knows the digest of every block of the newest snapshot. Owned by its store. */
final class Sealer {
  private static final int WAL_PIECE_BYTES = 8 << 20;

  private final ObjectStore store;
  private final LiveFile live;
  private BlockMap known = new BlockMap();
  private int knownLayers;

  Sealer(ObjectStore store, LiveFile live) {
    this.store = store;
    this.live = live;
  }

  /** The newest snapshot, if it holds all that a cut has. */
  Optional<SnapshotSummary> findSealed(Cut cut, Manifest manifest) {
    return manifest
        .newest()
        .filter(
            newest ->
                newest.checkpoint() == cut.headers().iteration()
                    && newest.walBytes() >= cut.walBytes());
  }

  /** Seals a cut and returns the manifest that has the new snapshot. */
  Manifest seal(Cut cut, Manifest before) {
    load(before);
    long number = before.newest().map(newest -> newest.number() + 1).orElse(1L);
    int blockBytes = cut.headers().blockBytes();
    int blocks = Math.toIntExact((cut.fileBytes() - FileHeaders.BYTES) / blockBytes);
    boolean sameLog =
        before.newest().filter(n -> n.checkpoint() == cut.headers().iteration()).isPresent();
    try (LayerWriter writer = new LayerWriter(store, number)) {
      Piece headers = writer.add(cut.headerBytes().duplicate());
      BitSet candidates = new BitSet();
      candidates.set(0, blocks);
      BlockCopy copy = new BlockCopy(live, writer, known, blockBytes);
      copy.copy(candidates);
      long from = sameLog ? before.newest().orElseThrow().walBytes() : 0;
      List<Piece> wal = copyWal(writer, from, cut.walBytes());
      LayerIndex index = new LayerIndex(blocks, headers, !sameLog, wal, copy.changed());
      Layer layer = writer.commit(index);
      SnapshotSummary summary =
          new SnapshotSummary(
              number,
              cut.time(),
              Optional.empty(),
              cut.headers().iteration(),
              FileHeaders.BYTES + (long) blocks * blockBytes,
              cut.walBytes(),
              layer.bytes());
      Manifest after = before.with(summary, layer);
      ManifestFile.write(after, store);
      known.apply(index);
      knownLayers++;
      return after;
    }
  }

  /** Notes what a checkpoint did. */
  void afterCheckpoint() {
    live.cut();
  }

  private void load(Manifest manifest) {
    for (Layer layer : manifest.layers().subList(knownLayers, manifest.layers().size())) {
      known.apply(SnapshotReader.index(store, layer));
      knownLayers++;
    }
  }

  private List<Piece> copyWal(LayerWriter writer, long from, long to) {
    List<Piece> pieces = new ArrayList<>();
    for (long at = from; at < to; at += WAL_PIECE_BYTES) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(WAL_PIECE_BYTES, to - at));
      live.readWal(at, bytes);
      pieces.add(writer.add(bytes.flip()));
    }
    return pieces;
  }
}

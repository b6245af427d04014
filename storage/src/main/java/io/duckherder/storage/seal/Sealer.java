package io.duckherder.storage.seal;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectStore;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.file.BlockList;
import io.duckherder.storage.file.FileHeaders;
import io.duckherder.storage.manifest.BlockMap;
import io.duckherder.storage.manifest.Catalog;
import io.duckherder.storage.manifest.Layer;
import io.duckherder.storage.manifest.LayerIndex;
import io.duckherder.storage.manifest.LayerWriter;
import io.duckherder.storage.manifest.Manifest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/**
 * Writes the layers of a live file. Knows the digest of every block of the newest snapshot, and
 * which blocks to compare with it. Owned by its store, which lets one thread in at a time.
 */
final class Sealer {
  private static final int WAL_PIECE_BYTES = 8 << 20;

  private final ObjectStore store;
  private final Catalog catalog;
  private final LiveFile live;
  private final Suspects suspects;
  private final NamedBlocks named;
  private final BlockMap known;
  private final FirstWords words = new FirstWords();

  /**
   * The number that was tried last. A seal that failed at its very end may have been seen by
   * others, and a number never stands for two states.
   */
  private long lastNumber;

  /** Whether nothing is known of what happened to the file since the newest snapshot. */
  private boolean estranged;

  Sealer(ObjectStore store, Catalog catalog, LiveFile live) {
    this.store = store;
    this.catalog = catalog;
    this.live = live;
    this.named = new NamedBlocks(live);
    this.known = catalog.blocks();
    Cut now = live.cut();
    suspects = new Suspects(now.headers(), BlockList.read(now.headers(), live::read));
    estranged = suspects.blind() || !new Reunion(live, known).isSameFile(now, suspects.metadata());
  }

  /** The newest snapshot, if it has all that a cut has. */
  Optional<SnapshotSummary> findSealed(Cut cut) {
    return estranged
        ? Optional.empty()
        : catalog
            .current()
            .newest()
            .filter(
                newest ->
                    newest.checkpoint() > cut.headers().iteration()
                        || (newest.checkpoint() == cut.headers().iteration()
                            && newest.walBytes() >= cut.walBytes()));
  }

  /** Notes what a checkpoint did. */
  void afterCheckpoint() {
    noteCheckpoint(live.cut().headers());
  }

  private void noteCheckpoint(FileHeaders headers) {
    if (headers.iteration() != suspects.iteration()) {
      suspects.checkpointed(headers, BlockList.read(headers, live::read));
    }
  }

  /** Seals a cut. */
  SnapshotSummary seal(Cut cut) {
    if (cut.headers().iteration() < suspects.iteration()) {
      throw new DuckherderException(
          StandardErrorCode.FILE_CHANGED,
          "Cannot seal "
              + live.path()
              + " as of checkpoint "
              + cut.headers().iteration()
              + ": it was checkpointed since, to "
              + suspects.iteration()
              + "; seal again");
    }
    noteCheckpoint(cut.headers());
    Manifest before = catalog.current();
    long number = Math.max(lastNumber, before.newest().map(SnapshotSummary::number).orElse(0L)) + 1;
    lastNumber = number;
    try (LayerWriter writer = new LayerWriter(store, number)) {
      return seal(cut, sealedWalBytes(cut, before), writer, number);
    }
  }

  /** Bytes of the cut's log that the newest snapshot has. */
  private long sealedWalBytes(Cut cut, Manifest before) {
    return before
        .newest()
        .filter(newest -> !estranged && newest.checkpoint() == cut.headers().iteration())
        .map(SnapshotSummary::walBytes)
        .orElse(0L);
  }

  private SnapshotSummary seal(Cut cut, long walFrom, LayerWriter writer, long number) {
    BlockPlan plan =
        BlockPlan.of(
            cut,
            suspects,
            named.read(cut),
            estranged || suspects.blind() ? Optional.empty() : Optional.of(named.added()));
    BlockCopy copy = new BlockCopy(live, writer, known, cut.headers().blockBytes());
    Piece headers = writer.add(cut.headerBytes().duplicate());
    copy.copy(plan.candidates());
    copy.copy(words.changed(plan.glances(), live, cut.headers().blockBytes()));
    List<Piece> wal = copyWal(writer, walFrom, cut.walBytes());
    SortedMap<Integer, Piece> changed = copy.changed();
    BitSet freed = plan.freed(known);
    freed.stream().forEach(block -> changed.put(block, SnapshotContent.FREE));
    LayerIndex index = new LayerIndex(plan.fileBlocks(), headers, walFrom == 0, wal, changed);
    Layer layer = writer.commit(index);
    SnapshotSummary summary = summary(cut, plan, number, layer.bytes());
    catalog.add(
        layer,
        before ->
            before
                .withFile(cut.headers().identifier(), cut.headers().blockBytes())
                .with(summary, layer));
    words.putAll(copy.firstWords());
    note(index, freed, copy.same());
    return summary;
  }

  private static SnapshotSummary summary(Cut cut, BlockPlan plan, long number, long layerBytes) {
    return new SnapshotSummary(
        number,
        UUID.randomUUID().toString(),
        cut.time(),
        Optional.empty(),
        cut.headers().iteration(),
        FileHeaders.BYTES + (long) plan.fileBlocks() * cut.headers().blockBytes(),
        cut.walBytes(),
        layerBytes);
  }

  private void note(LayerIndex index, BitSet freed, BitSet same) {
    freed.stream().forEach(block -> suspects.freed(block, known.block(block).digest()));
    index
        .blocks()
        .forEach(
            (block, piece) -> {
              if (!piece.equals(SnapshotContent.FREE)) {
                suspects.seen(block, known.block(block).digest(), piece.digest());
              }
            });
    same.stream().forEach(b -> suspects.seen(b, known.block(b).digest(), known.block(b).digest()));
    suspects.sealed();
    named.sealed();
    known.apply(index);
    estranged = false;
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

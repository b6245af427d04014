package io.duckherder.storage.manifest;

import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.SnapshotSummary;
import java.util.ArrayList;
import java.util.List;

/**
 * Where every block is after some layers. Grows with the layers that are put on it; owned by one
 * thread at a time.
 */
public final class BlockMap {
  private final List<Piece> blocks = new ArrayList<>();
  private final List<Piece> wal = new ArrayList<>();
  private Piece headers = SnapshotContent.FREE;

  /** Puts the next layer on. */
  public void apply(LayerIndex layer) {
    resize(layer.fileBlocks());
    layer.blocks().forEach(blocks::set);
    if (layer.newWal()) {
      wal.clear();
    }
    wal.addAll(layer.wal());
    headers = layer.headers();
  }

  private void resize(int size) {
    if (blocks.size() > size) {
      blocks.subList(size, blocks.size()).clear();
    }
    while (blocks.size() < size) {
      blocks.add(SnapshotContent.FREE);
    }
  }

  /** The block of a number, {@link SnapshotContent#FREE} beyond the end. */
  public Piece block(int number) {
    return number < blocks.size() ? blocks.get(number) : SnapshotContent.FREE;
  }

  public int size() {
    return blocks.size();
  }

  public Piece headers() {
    return headers;
  }

  public List<Piece> wal() {
    return wal;
  }

  /** The content as it is now. */
  public SnapshotContent content(SnapshotSummary snapshot, int blockBytes) {
    return new SnapshotContent(snapshot.number(), snapshot.id(), blockBytes, headers, blocks, wal);
  }
}

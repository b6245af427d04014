package io.duckherder.storage.seal;

import io.duckherder.storage.file.FileHeaders;
import io.duckherder.storage.file.WalEntries;
import java.util.BitSet;
import java.util.Optional;

/**
 * The blocks that the current write-ahead log names. Reads every part of the log once; owned by one
 * thread.
 */
final class NamedBlocks {
  private final LiveFile live;
  private BitSet all = new BitSet();
  private BitSet added = new BitSet();
  private long iteration = -1;
  private long readBytes;
  private boolean unreadable;

  NamedBlocks(LiveFile live) {
    this.live = live;
  }

  /** The blocks that the log of a cut names, and perhaps more; all there are if it is not read. */
  BitSet read(Cut cut) {
    int fileBlocks =
        Math.toIntExact(
            Math.max(0, cut.fileBytes() - FileHeaders.BYTES) / cut.headers().blockBytes());
    if (cut.headers().iteration() != iteration || cut.walBytes() < readBytes) {
      iteration = cut.headers().iteration();
      readBytes = 0;
      all = new BitSet();
      added = new BitSet();
      unreadable = !cut.headers().known();
    }
    if (cut.walBytes() > readBytes && !unreadable) {
      Optional<BitSet> more =
          WalEntries.blocks(live::readWal, readBytes, cut.walBytes(), fileBlocks);
      more.ifPresent(added::or);
      unreadable = more.isEmpty();
      readBytes = cut.walBytes();
    }
    if (unreadable) {
      added.set(0, fileBlocks);
    }
    all.or(added);
    return (BitSet) all.clone();
  }

  /** Those of them that were not named when the last snapshot was sealed. */
  BitSet added() {
    return (BitSet) added.clone();
  }

  void sealed() {
    added = new BitSet();
  }
}

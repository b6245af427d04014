package io.duckherder.storage.seal;

import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.file.FileHeaders;
import io.duckherder.storage.manifest.BlockMap;
import java.util.BitSet;
import java.util.Optional;

/**
 * Which blocks a seal deals with.
 *
 * @param fileBlocks blocks that the snapshot's file has
 * @param used the blocks that hold something, as far as is known
 * @param candidates those of them to be compared with the last snapshot
 * @param glances those of them to be compared if their first word differs
 */
record BlockPlan(int fileBlocks, BitSet used, BitSet candidates, BitSet glances) {
  /**
   * Plans the seal of a cut.
   *
   * @param named the blocks that the log names
   * @param added those of them that the last snapshot's log did not name; absent if every used
   *     block is to be compared
   */
  static BlockPlan of(Cut cut, Suspects suspects, BitSet named, Optional<BitSet> added) {
    int count = Math.toIntExact(cut.headers().blockCount());
    BitSet used = new BitSet();
    used.set(0, count);
    used.andNot(suspects.free());
    BitSet candidates = added.isPresent() ? suspects.written() : (BitSet) used.clone();
    BitSet logged = (BitSet) added.orElse(named).clone();
    logged.andNot(used);
    candidates.or(logged);
    used.or(named);
    BitSet glances = suspects.lingering();
    glances.andNot(candidates);
    // What the header counts and the file has not (yet) is free.
    int there = (int) ((cut.fileBytes() - FileHeaders.BYTES) / cut.headers().blockBytes());
    candidates.clear(Math.min(there, candidates.length()), candidates.length());
    used.clear(Math.min(there, used.length()), used.length());
    glances.and(used);
    return new BlockPlan(Math.max(count, named.length()), used, candidates, glances);
  }

  /** The blocks of the last snapshot that hold nothing any more. */
  BitSet freed(BlockMap last) {
    BitSet freed = new BitSet();
    for (int b = used.nextClearBit(0); b < Math.min(fileBlocks, last.size()); ) {
      if (last.block(b) != SnapshotContent.FREE) {
        freed.set(b);
      }
      b = used.nextClearBit(b + 1);
    }
    return freed;
  }
}

package io.duckherder.storage.seal;

import io.duckherder.storage.file.BlockList;
import io.duckherder.storage.file.FileHeaders;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Knows which blocks of the live file may differ from the newest snapshot, without reading them.
 *
 * <p>DuckDB never writes over a block that its last checkpoint refers to, except metadata blocks.
 * So whatever was written since the last seal was, at the last sealed checkpoint or at one since,
 * on the list of free blocks or beyond the end, or it holds metadata. One thing is not on the list:
 * a block that became free while somebody still held it (a reader, say) is listed once, at that
 * checkpoint, then left out until it is let go, and written again. On the list of the next
 * checkpoint it looks like a block that was taken into use. Such blocks are told by their content,
 * which is what it was when they became free: they stay suspects until it changes. Blocks that a
 * bulk insert wrote and let go while the checkpoint ran may be in the same place for a moment: what
 * leaves the list is looked at once more after the next checkpoint ({@link #lingering}).
 *
 * <p>Beside the blocks of the checkpoint there are those that the write-ahead log names. Once named
 * they do not change until the next checkpoint.
 */
final class Suspects {
  private long iteration;
  private int blockCount;
  private BlockList list;

  /** Something was missed: any block may differ, until the file is opened again. */
  private boolean blind;

  /** Checkpointed since the last seal, so that metadata blocks are suspects. */
  private boolean checkpointed;

  /** Was free, or not there, at the last seal or at a checkpoint since. */
  private final BitSet written = new BitSet();

  /** What left the list at the last checkpoint, or was new at it. */
  private BitSet left = new BitSet();

  /** What had left the list one checkpoint before one that was since the last seal. */
  private final BitSet lingering = new BitSet();

  /** Left the list, and nothing proves that it was written since it became free. */
  private final BitSet unmoved = new BitSet();

  /** On the list, and nobody holds it. */
  private final BitSet unheld = new BitSet();

  /** What blocks held when they became free, as far as the snapshots tell. */
  private final Map<Integer, String> digestsWhenFreed = new HashMap<>();

  /** Blocks of which the snapshots do not tell that: they changed since. */
  private final BitSet unknownWhenFreed = new BitSet();

  /** Begins right after DuckDB opened the file, when nobody holds a free block. */
  Suspects(FileHeaders headers, Optional<BlockList> list) {
    this.iteration = headers.iteration();
    this.blockCount = Math.toIntExact(headers.blockCount());
    this.blind = list.isEmpty();
    this.list = list.orElseGet(() -> new BlockList(new BitSet(), new BitSet()));
    unheld.or(this.list.free());
  }

  long iteration() {
    return iteration;
  }

  /** Whether any block may differ. */
  boolean blind() {
    return blind;
  }

  /** Free blocks as of the last checkpoint; none if that is not known. */
  BitSet free() {
    return list.free();
  }

  BitSet metadata() {
    return list.metadata();
  }

  /** Notes a checkpoint. */
  void checkpointed(FileHeaders headers, Optional<BlockList> after) {
    if (headers.iteration() == iteration) {
      return;
    }
    if (headers.iteration() != iteration + 1 || after.isEmpty()) {
      blind = true;
    }
    checkpointed = true;
    BlockList before = list;
    int countBefore = blockCount;
    iteration = headers.iteration();
    blockCount = Math.toIntExact(headers.blockCount());
    list = after.orElseGet(() -> new BlockList(new BitSet(), new BitSet()));
    noteFreed(before);
    noteLeft(before, countBefore);
  }

  private void noteFreed(BlockList before) {
    BitSet freed = without(list.free(), before.free());
    for (int b = freed.nextSetBit(0); b >= 0; b = freed.nextSetBit(b + 1)) {
      digestsWhenFreed.remove(b);
      unknownWhenFreed.set(b, written.get(b) || before.metadata().get(b));
    }
    unmoved.andNot(list.free());
  }

  private void noteLeft(BlockList before, int countBefore) {
    BitSet leaving = without(before.free(), list.free());
    unmoved.or(without(leaving, unheld));
    unheld.and(list.free());
    if (blockCount > countBefore) {
      leaving.set(countBefore, blockCount);
    }
    written.or(before.free());
    written.or(leaving);
    written.or(unmoved);
    lingering.or(left);
    left = leaving;
  }

  private static BitSet without(BitSet some, BitSet others) {
    BitSet rest = (BitSet) some.clone();
    rest.andNot(others);
    return rest;
  }

  /** Blocks of the checkpoint that may differ from the newest snapshot. */
  BitSet written() {
    BitSet suspects = (BitSet) written.clone();
    if (checkpointed) {
      suspects.or(list.metadata());
    }
    suspects.andNot(list.free());
    return suspects;
  }

  /** Blocks of the checkpoint that differ only if the checkpoint before met a rollback. */
  BitSet lingering() {
    return without(lingering, list.free());
  }

  /** Notes the content that a free block had in the last snapshot that it was part of. */
  void freed(int block, String digest) {
    digestsWhenFreed.put(block, digest);
  }

  /**
   * Notes the content of a block at a seal.
   *
   * @param before its digest in the last snapshot, empty if it was not part of that
   * @param now its digest
   */
  void seen(int block, String before, String now) {
    String whenFreed =
        unknownWhenFreed.get(block) ? "" : digestsWhenFreed.getOrDefault(block, before);
    boolean moved = !whenFreed.isEmpty() && !whenFreed.equals(now);
    if (list.free().get(block)) {
      // The log names it. If it is meant, it was written since it became free.
      unheld.set(block, moved || unheld.get(block));
      return;
    }
    if (moved) {
      unmoved.clear(block);
    }
    digestsWhenFreed.remove(block);
    unknownWhenFreed.clear(block);
  }

  /** Notes that a snapshot was sealed: the next one is compared with it. */
  void sealed() {
    written.clear();
    lingering.clear();
    checkpointed = false;
  }
}

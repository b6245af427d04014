package io.duckherder.storage.seal;

import io.duckherder.storage.file.FileHeaders;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;

/**
 * The first word of each block as of when it was sealed: DuckDB's checksum of the block. A block
 * that was written has, with near certainty, another one, but for rows that changed places. So it
 * decides only about blocks that were not written unless several things went wrong together.
 */
final class FirstWords {
  private final BitSet known = new BitSet();
  private long[] words = new long[64];

  /** Notes the first words of blocks that are sealed. */
  void putAll(Map<Integer, Long> sealed) {
    sealed.forEach(this::put);
  }

  private void put(int block, long word) {
    if (block >= words.length) {
      words = Arrays.copyOf(words, Math.max(block + 1, words.length * 2));
    }
    words[block] = word;
    known.set(block);
  }

  /** Those of some blocks that have another first word in the file, or one that is not known. */
  BitSet changed(BitSet blocks, LiveFile live, int blockBytes) {
    BitSet changed = new BitSet();
    ByteBuffer word = ByteBuffer.allocate(Long.BYTES);
    for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
      live.read(FileHeaders.BYTES + (long) block * blockBytes, word.clear());
      changed.set(block, !known.get(block) || words[block] != word.getLong(0));
    }
    return changed;
  }
}

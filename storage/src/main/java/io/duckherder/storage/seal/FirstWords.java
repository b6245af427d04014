package io.duckherder.storage.seal;

import io.duckherder.storage.file.FileHeaders;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The first word of each block that was copied: DuckDB's checksum of the block. A block that was
 * written has, with near certainty, another one, but for rows that changed places. So it decides
 * only about blocks that were not written unless several things went wrong together.
 */
final class FirstWords {
  private final BitSet known = new BitSet();
  private long[] words = new long[64];

  /** Notes a block; the buffer's position stays. */
  void put(int block, ByteBuffer bytes) {
    if (block >= words.length) {
      words = Arrays.copyOf(words, Math.max(block + 1, words.length * 2));
    }
    words[block] = bytes.getLong(bytes.position());
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

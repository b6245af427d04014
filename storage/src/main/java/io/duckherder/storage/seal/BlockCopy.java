package io.duckherder.storage.seal;

import io.duckherder.storage.Digest;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.file.FileHeaders;
import io.duckherder.storage.manifest.BlockMap;
import io.duckherder.storage.manifest.LayerWriter;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Copies those of some blocks that changed from the live file into a layer. Reads them in their
 * order in the file, neighbours together, and digests on two threads while one writes.
 */
final class BlockCopy {
  private static final int READ_BYTES = 4 << 20;

  private final LiveFile live;
  private final LayerWriter layer;
  private final BlockMap known;
  private final int blockBytes;
  private final ByteBuffer buffer;
  private final SortedMap<Integer, Piece> changed = new TreeMap<>();
  private final BitSet same = new BitSet();
  private final Map<Integer, Long> firstWords = new HashMap<>();

  BlockCopy(LiveFile live, LayerWriter layer, BlockMap known, int blockBytes) {
    this.live = live;
    this.layer = layer;
    this.known = known;
    this.blockBytes = blockBytes;
    this.buffer = ByteBuffer.allocateDirect(Math.max(READ_BYTES, blockBytes));
  }

  /** Copies what changed of these blocks. */
  void copy(BitSet blocks) {
    int most = buffer.capacity() / blockBytes;
    for (int first = blocks.nextSetBit(0); first >= 0; ) {
      int end = Math.min(blocks.nextClearBit(first), first + most);
      copy(first, end - first);
      first = blocks.nextSetBit(end);
    }
  }

  private void copy(int first, int count) {
    buffer.clear().limit(count * blockBytes);
    live.read(FileHeaders.BYTES + (long) first * blockBytes, buffer);
    String[] digests = new String[count];
    IntStream.range(0, count).parallel().forEach(i -> digests[i] = Digest.of(slice(i)));
    for (int i = 0; i < count; i++) {
      int block = first + i;
      firstWords.put(block, slice(i).getLong());
      if (digests[i].equals(known.block(block).digest())) {
        same.set(block);
      } else {
        changed.put(block, layer.add(slice(i), digests[i]));
      }
    }
  }

  private ByteBuffer slice(int i) {
    return buffer.slice(i * blockBytes, blockBytes);
  }

  /** The blocks that were copied. */
  SortedMap<Integer, Piece> changed() {
    return changed;
  }

  /** The blocks that proved to be what they were. */
  BitSet same() {
    return same;
  }

  /** The first word of every block that was read. */
  Map<Integer, Long> firstWords() {
    return firstWords;
  }
}

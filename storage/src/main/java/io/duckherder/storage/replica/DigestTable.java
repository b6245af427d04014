package io.duckherder.storage.replica;

import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The digests of a file's parts, packed: first the headers', then each block's in order. A free
 * block, which reads as zeros, has zeros for a digest. Immutable.
 */
final class DigestTable {
  static final int BYTES = 32;

  private static final DigestTable EMPTY = new DigestTable(new byte[0]);

  private final byte[] packed;

  private DigestTable(byte[] packed) {
    this.packed = packed;
  }

  static DigestTable empty() {
    return EMPTY;
  }

  /** Takes the array over. */
  static DigestTable ofPacked(byte[] packed) {
    return new DigestTable(packed);
  }

  static DigestTable of(SnapshotContent content) {
    List<Piece> blocks = content.blocks();
    byte[] packed = new byte[BYTES * (blocks.size() + 1)];
    put(packed, 0, content.headers().digest());
    for (int i = 0; i < blocks.size(); i++) {
      if (!blocks.get(i).equals(SnapshotContent.FREE)) {
        put(packed, i + 1, blocks.get(i).digest());
      }
    }
    return new DigestTable(packed);
  }

  private static void put(byte[] packed, int part, String hex) {
    System.arraycopy(HexFormat.of().parseHex(hex), 0, packed, part * BYTES, BYTES);
  }

  /** Parts of the file. */
  int size() {
    return packed.length / BYTES;
  }

  /** Whether both tables tell the same of a part. */
  boolean same(int part, DigestTable other) {
    int from = part * BYTES;
    int to = from + BYTES;
    return to <= packed.length
        && to <= other.packed.length
        && Arrays.equals(packed, from, to, other.packed, from, to);
  }

  byte[] packed() {
    return packed.clone();
  }
}

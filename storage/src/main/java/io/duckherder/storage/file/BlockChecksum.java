package io.duckherder.storage.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * DuckDB's checksum of headers and blocks: the first word is over all that follow, in any order.
 */
final class BlockChecksum {
  private static final long SEED = 5381;
  private static final long FACTOR = 0xbf58476d1ce4e5b9L;

  private BlockChecksum() {}

  /** Whether a header or block, a multiple of eight bytes, has the checksum that it begins with. */
  static boolean isValid(ByteBuffer bytes) {
    ByteBuffer words = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long expected = words.getLong();
    long sum = SEED;
    while (words.remaining() >= Long.BYTES) {
      sum ^= words.getLong() * FACTOR;
    }
    return sum == expected;
  }
}

package io.duckherder.storage.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The beginning of a write-ahead log: an object of the fields 100 (its kind), 101 (version) and, in
 * files of newer versions, 102 (the file's identifier) and 103 (the checkpoint it belongs to).
 */
final class WalHeader {
  private static final int KIND = 98;
  private static final int END_OF_OBJECT = 0xFFFF;
  private static final int IDENTIFIER_BYTES = 16;

  private WalHeader() {}

  /** Bytes of the header, or 0 if it is none. */
  static int length(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < 3 || in.getShort(0) != 100 || in.get(2) != KIND) {
      return 0;
    }
    while (in.remaining() >= Short.BYTES) {
      switch (Short.toUnsignedInt(in.getShort())) {
        case 100, 101, 103 -> skipNumbers(in, 1);
        case 102 -> skipNumbers(in, 1 + IDENTIFIER_BYTES);
        case END_OF_OBJECT -> {
          return in.position();
        }
        default -> {
          return 0;
        }
      }
    }
    return 0;
  }

  private static void skipNumbers(ByteBuffer in, int count) {
    for (int left = count; left > 0 && in.hasRemaining(); ) {
      if (in.get() >= 0) {
        left--;
      }
    }
  }
}

package io.duckherder.storage.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Optional;

/**
 * Finds the blocks that a part of the write-ahead log refers to. A bulk insert writes row groups
 * into the database file before it commits, and its commit logs where they are (an entry of kind
 * row group data); every other entry carries its rows itself.
 *
 * <p>The log is a header without frame, then entries: length, checksum, and that many bytes, which
 * begin with the entry's kind. Where in such an entry the numbers of blocks are depends on types
 * and compression, but each is written as a signed LEB128 number. So every number that can be read
 * at any byte of the entry is taken: more blocks than are meant, never fewer.
 */
public final class WalEntries {
  private static final int WINDOW_BYTES = 1 << 20;
  private static final int FRAME_BYTES = 2 * Long.BYTES;
  private static final int KIND_FIELD = 100;
  private static final int ROW_GROUP_DATA = 29;
  private static final int MOST_HEADER_BYTES = 256;

  private final FileBytes wal;
  private final long end;
  private final BitSet blocks;
  private final int fileBlocks;
  private ByteBuffer window = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
  private long windowStart;

  private WalEntries(FileBytes wal, long end, int fileBlocks) {
    this.wal = wal;
    this.end = end;
    this.fileBlocks = fileBlocks;
    this.blocks = new BitSet();
  }

  /**
   * The blocks that a part of a log may refer to.
   *
   * @param from 0, or where an entry begins
   * @param to where an entry ends
   * @param fileBlocks blocks in the file
   * @return absent if that part does not read as a log
   */
  public static Optional<BitSet> blocks(FileBytes wal, long from, long to, int fileBlocks) {
    WalEntries entries = new WalEntries(wal, to, fileBlocks);
    long first = from == 0 && to > 0 ? entries.headerEnd() : from;
    return first >= 0 && entries.collect(first) ? Optional.of(entries.blocks) : Optional.empty();
  }

  private long headerEnd() {
    int bytes = (int) Math.min(MOST_HEADER_BYTES, end);
    int at = at(0, bytes);
    int length = WalHeader.length(window.slice(at, bytes));
    return length > 0 ? length : -1;
  }

  private boolean collect(long first) {
    long offset = first;
    while (offset < end) {
      if (offset + FRAME_BYTES > end) {
        return false;
      }
      int frame = at(offset, FRAME_BYTES);
      long length = window.getLong(frame);
      long entry = offset + FRAME_BYTES;
      if (length < 3 || length > end - entry) {
        return false;
      }
      int at = at(entry, 3);
      if (window.getShort(at) != KIND_FIELD) {
        return false;
      }
      if (window.get(at + 2) == ROW_GROUP_DATA) {
        collect(at(entry, Math.toIntExact(length)), (int) length);
      }
      offset = entry + length;
    }
    return true;
  }

  private void collect(int start, int length) {
    int stop = start + length;
    for (int first = start; first < stop; first++) {
      long number = 0;
      int shift = 0;
      int next = first;
      int current;
      do {
        current = window.get(next++);
        number |= (long) (current & 0x7F) << shift;
        shift += 7;
      } while (current < 0 && next < stop && shift < Long.SIZE);
      boolean negative = (current & 0x40) != 0;
      if (current >= 0 && !negative && number >= 0 && number < fileBlocks) {
        blocks.set((int) number);
      }
    }
  }

  /** Where in the window an offset of the log is, after which as many bytes follow. */
  private int at(long offset, int bytes) {
    boolean there = offset >= windowStart && offset + bytes <= windowStart + window.limit();
    if (!there) {
      int size = (int) Math.min(Math.max(bytes, WINDOW_BYTES), end - offset);
      window = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
      wal.read(offset, window);
      window.flip();
      windowStart = offset;
    }
    return (int) (offset - windowStart);
  }
}

package io.duckherder.storage.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint says of the file's blocks: which are free, and which hold metadata (catalog,
 * table layouts, this list). It is written through a chain of metadata blocks, each a sixty-fourth
 * of a block that begins with the pointer to the next.
 *
 * @param free blocks that nothing refers to as of the checkpoint; whoever writes takes them
 * @param metadata blocks that the next checkpoint may change in place
 */
public record BlockList(BitSet free, BitSet metadata) {
  private static final int PARTS = 64;
  private static final int CHECKSUM_BYTES = Long.BYTES;

  /**
   * Reads the list that belongs to headers. Absent if anything about it is not as expected: then
   * any block may be free, used or changed.
   */
  public static Optional<BlockList> read(FileHeaders headers, FileBytes file) {
    if (!headers.known()) {
      return Optional.empty();
    }
    if (headers.freeList() == FileHeaders.NONE) {
      // Never checkpointed: there are no blocks, and so none is free.
      return headers.blockCount() == 0 && headers.iteration() == 0
          ? Optional.of(new BlockList(new BitSet(), new BitSet()))
          : Optional.empty();
    }
    try {
      return Optional.of(new Chain(headers, file).list());
    } catch (UnexpectedFormat e) {
      return Optional.empty();
    }
  }

  /** Something is not as this code knows it. */
  private static final class UnexpectedFormat extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** Follows the pointers. */
  private static final class Chain {
    private final FileHeaders headers;
    private final FileBytes file;
    private final int blocks;
    private final int partBytes;
    private final Map<Integer, ByteBuffer> read = new HashMap<>();
    private long next;
    private ByteBuffer part = ByteBuffer.allocate(0);
    private long partsLeft;

    Chain(FileHeaders headers, FileBytes file) throws UnexpectedFormat {
      this.headers = headers;
      this.file = file;
      expect(headers.blockCount() >= 0 && headers.blockCount() <= Integer.MAX_VALUE);
      this.blocks = (int) headers.blockCount();
      this.partBytes = (headers.blockBytes() - CHECKSUM_BYTES) / PARTS / Long.BYTES * Long.BYTES;
      this.partsLeft = headers.blockCount() * PARTS;
      this.next = headers.freeList();
    }

    BlockList list() throws UnexpectedFormat {
      BitSet free = new BitSet(blocks);
      long freeCount = number();
      expect(freeCount <= blocks);
      int last = -1;
      for (long i = 0; i < freeCount; i++) {
        int block = block(number());
        expect(block > last);
        free.set(block);
        last = block;
      }
      skipSharedBlocks();
      BitSet metadata = new BitSet(blocks);
      long metadataCount = number();
      expect(metadataCount > 0 && metadataCount <= blocks);
      for (long i = 0; i < metadataCount; i++) {
        int block = block(number());
        expect(!metadata.get(block));
        metadata.set(block);
        number();
      }
      expect(!metadata.intersects(free));
      for (int block : read.keySet()) {
        expect(metadata.get(block));
      }
      expect(
          headers.metaBlock() == FileHeaders.NONE
              || metadata.get(block(withoutPart(headers.metaBlock()))));
      return new BlockList(free, metadata);
    }

    private void skipSharedBlocks() throws UnexpectedFormat {
      long shared = number();
      expect(shared >= 0 && shared <= blocks);
      for (long i = 0; i < shared; i++) {
        block(number());
        take(Integer.BYTES);
      }
    }

    private int block(long number) throws UnexpectedFormat {
      expect(number >= 0 && number < blocks);
      return (int) number;
    }

    private long number() throws UnexpectedFormat {
      return take(Long.BYTES).getLong();
    }

    /** The next bytes, which may lie in two parts. */
    private ByteBuffer take(int bytes) throws UnexpectedFormat {
      ByteBuffer taken = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      while (taken.hasRemaining()) {
        if (!part.hasRemaining()) {
          openNext();
        }
        taken.put(part.get());
      }
      return taken.flip();
    }

    private void openNext() throws UnexpectedFormat {
      expect(next != FileHeaders.NONE && partsLeft-- > 0);
      int index = (int) (next >>> 56);
      expect(index < PARTS);
      int number = block(withoutPart(next));
      ByteBuffer block = read.get(number);
      if (block == null) {
        block = ByteBuffer.allocate(headers.blockBytes());
        file.read(FileHeaders.BYTES + (long) number * headers.blockBytes(), block);
        block.flip();
        expect(BlockChecksum.isValid(block));
        read.put(number, block);
      }
      part =
          block.slice(CHECKSUM_BYTES + index * partBytes, partBytes).order(ByteOrder.LITTLE_ENDIAN);
      next = part.getLong();
    }

    private static long withoutPart(long pointer) {
      return pointer & ~(0xFFL << 56);
    }

    private static void expect(boolean holds) throws UnexpectedFormat {
      if (!holds) {
        throw new UnexpectedFormat();
      }
    }
  }
}

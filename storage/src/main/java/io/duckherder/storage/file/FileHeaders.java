package io.duckherder.storage.file;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The first 12 KiB of a database file: the main header and two database headers, of which the one
 * with the higher iteration is current. A checkpoint writes the other one, last of all.
 *
 * @param identifier 16 bytes that DuckDB drew for the file, hex; zeros in files of old versions
 * @param iteration counts the checkpoints
 * @param metaBlock where the catalog begins, a pointer into a metadata block
 * @param freeList where the list of free blocks begins, such a pointer
 * @param blockCount blocks of the file at the checkpoint
 * @param blockBytes bytes of a block
 * @param known whether the storage version is one whose format this code knows
 */
public record FileHeaders(
    String identifier,
    long iteration,
    long metaBlock,
    long freeList,
    long blockCount,
    int blockBytes,
    boolean known) {
  /** Bytes of the headers together; the first block follows. */
  public static final int BYTES = 3 * 4096;

  /** Stands for no pointer. */
  static final long NONE = -1;

  private static final int HEADER_BYTES = 4096;
  private static final int MAGIC = 0x4B435544;
  private static final int FLAGS_OFFSET = 20;
  private static final int IDENTIFIER_OFFSET = 8 + 4 + 8 + 4 * 8 + 32 + 32 + 8;
  private static final int IDENTIFIER_BYTES = 16;
  private static final long ENCRYPTED = 1;
  private static final long OLDEST_MAIN_VERSION = 64;
  private static final long NEWEST_MAIN_VERSION = 69;
  private static final long VERSION_IN_DATABASE_HEADER = 999;
  private static final long NEWEST_SERIALIZATION = 7;
  private static final long VERSION_2_0 = 69;

  /** Reads the headers; fails if they are not those of a plain DuckDB file. */
  public static FileHeaders parse(ByteBuffer bytes, String file) {
    ByteBuffer main = header(bytes, 0);
    if (main.getInt(8) != MAGIC) {
      throw new DuckherderException(
          StandardErrorCode.NOT_A_DATABASE, "File " + file + " is no DuckDB database");
    }
    if ((main.getLong(FLAGS_OFFSET) & ENCRYPTED) != 0) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot seal snapshots of " + file + ": it is encrypted; use a database that is not");
    }
    ByteBuffer first = header(bytes, 1);
    ByteBuffer second = header(bytes, 2);
    ByteBuffer current = current(first, second, file);
    byte[] identifier = new byte[IDENTIFIER_BYTES];
    main.get(IDENTIFIER_OFFSET, identifier);
    return new FileHeaders(
        HexFormat.of().formatHex(identifier),
        current.getLong(8),
        current.getLong(16),
        current.getLong(24),
        current.getLong(32),
        Math.toIntExact(current.getLong(40)),
        isKnown(main.getLong(12), current.getLong(56)));
  }

  private static ByteBuffer header(ByteBuffer bytes, int number) {
    return bytes
        .slice(bytes.position() + number * HEADER_BYTES, HEADER_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer current(ByteBuffer first, ByteBuffer second, String file) {
    boolean firstValid = BlockChecksum.isValid(first);
    boolean secondValid = BlockChecksum.isValid(second);
    if (!firstValid && !secondValid) {
      throw new DuckherderException(
          StandardErrorCode.FILE_CORRUPT,
          "Both headers of database file " + file + " are damaged; restore it from a snapshot");
    }
    boolean takeFirst = firstValid && (!secondValid || first.getLong(8) > second.getLong(8));
    return takeFirst ? first : second;
  }

  private static boolean isKnown(long mainVersion, long version) {
    return mainVersion == VERSION_IN_DATABASE_HEADER
        ? version == VERSION_2_0
        : mainVersion >= OLDEST_MAIN_VERSION
            && mainVersion <= NEWEST_MAIN_VERSION
            && (version <= NEWEST_SERIALIZATION || version == VERSION_2_0);
  }
}

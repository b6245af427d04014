package io.duckherder.storage.manifest;

import io.duckherder.storage.Digest;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.StorageErrors;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a layer changes. Stored at the end of its object: a magic number; blocks in the file; the
 * headers; whether the log begins anew and its parts; and for every changed block its number, where
 * it is (-1: nowhere, it is free) and its digest. Numbers are big-endian, pieces are offset, length
 * and digest, 44 bytes.
 *
 * @param fileBlocks blocks in the file
 * @param headers the file's headers
 * @param newWal whether the log is a new one and not the one of the layer before, with more in it
 * @param wal the parts that were added to the log, in order
 * @param blocks the blocks that changed, and {@link SnapshotContent#FREE} for those set free
 */
public record LayerIndex(
    int fileBlocks,
    Piece headers,
    boolean newWal,
    List<Piece> wal,
    SortedMap<Integer, Piece> blocks) {
  private static final int MAGIC = 0x44484C31;
  private static final int PIECE_BYTES = Long.BYTES + Integer.BYTES + Digest.BYTES;
  private static final int FIXED_BYTES = 4 * Integer.BYTES + 1 + PIECE_BYTES;
  private static final Piece NOWHERE = new Piece("", -1, 0, "00".repeat(Digest.BYTES));

  /** As it is stored; the object's name is not in it. */
  public ByteBuffer encode() {
    int entries = blocks.size() * (Integer.BYTES + PIECE_BYTES);
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + wal.size() * PIECE_BYTES + entries);
    out.putInt(MAGIC).putInt(fileBlocks);
    put(out, headers);
    out.put((byte) (newWal ? 1 : 0)).putInt(wal.size());
    wal.forEach(piece -> put(out, piece));
    out.putInt(blocks.size());
    for (Map.Entry<Integer, Piece> entry : blocks.entrySet()) {
      out.putInt(entry.getKey());
      put(out, entry.getValue().equals(SnapshotContent.FREE) ? NOWHERE : entry.getValue());
    }
    return out.flip();
  }

  /** Reads the index of a layer. */
  static LayerIndex decode(ByteBuffer in, String object) {
    try {
      if (in.getInt() != MAGIC) {
        throw StorageErrors.broken("Object \"" + object + "\" has no index of a layer");
      }
      int fileBlocks = in.getInt();
      Piece headers = piece(in, object);
      boolean newWal = in.get() == 1;
      List<Piece> wal = new ArrayList<>();
      for (int left = in.getInt(); left > 0; left--) {
        wal.add(piece(in, object));
      }
      SortedMap<Integer, Piece> blocks = new TreeMap<>();
      for (int left = in.getInt(); left > 0; left--) {
        blocks.put(in.getInt(), piece(in, object));
      }
      return new LayerIndex(fileBlocks, headers, newWal, wal, blocks);
    } catch (BufferUnderflowException e) {
      throw StorageErrors.broken("The index of object \"" + object + "\" is cut off");
    }
  }

  private static void put(ByteBuffer out, Piece piece) {
    out.putLong(piece.offset()).putInt(piece.length());
    out.put(HexFormat.of().parseHex(piece.digest()));
  }

  private static Piece piece(ByteBuffer in, String object) {
    long offset = in.getLong();
    int length = in.getInt();
    byte[] digest = new byte[Digest.BYTES];
    in.get(digest);
    return offset < 0
        ? SnapshotContent.FREE
        : new Piece(object, offset, length, HexFormat.of().formatHex(digest));
  }
}

package io.duckherder.storage;

import java.util.List;

/**
 * Where the bytes of one snapshot are: a DuckDB file as its headers and blocks, and the log that
 * belongs to it. Two snapshots that share a piece name the same place for it, which is how a
 * replica knows what to change.
 *
 * @param number of the snapshot
 * @param id tells it from other snapshots of that number
 * @param blockBytes bytes of a block
 * @param headers the first pieces of the file, before its first block
 * @param blocks the blocks, in their order in the file; absent ones are free and read as zeros
 * @param wal the write-ahead log, in parts; empty if there is none
 */
public record SnapshotContent(
    long number, String id, int blockBytes, Piece headers, List<Piece> blocks, List<Piece> wal) {
  /** Stands for a block that holds nothing. */
  public static final Piece FREE = new Piece("", 0, 0, "");

  public SnapshotContent {
    blocks = List.copyOf(blocks);
    wal = List.copyOf(wal);
  }

  /**
   * A part of an object.
   *
   * @param object the object's name
   * @param offset where it begins there
   * @param length its bytes
   * @param digest SHA-256 over them, hex
   */
  public record Piece(String object, long offset, int length, String digest) {}

  /** Bytes of the database file. */
  public long fileBytes() {
    return headers.length() + (long) blocks.size() * blockBytes;
  }

  /** Bytes of the write-ahead log. */
  public long walBytes() {
    return wal.stream().mapToLong(Piece::length).sum();
  }
}

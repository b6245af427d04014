package io.duckherder.storage.replica;

import io.duckherder.storage.SnapshotContent.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a slot held after its last complete change. It is replaced as a whole, after the files that
 * it speaks of were forced to disk.
 *
 * @param generation counts the changes of the slot
 * @param number of the snapshot that it held
 * @param id the same snapshot's, told from others of that number
 * @param blockBytes bytes of a block
 * @param headerBytes bytes before the first block
 * @param digests of the parts of the database file
 * @param wal the parts of the write-ahead log
 * @param file the database file as the change left it
 * @param log the write-ahead log as the change left it
 */
record SlotState(
    long generation,
    long number,
    String id,
    int blockBytes,
    int headerBytes,
    DigestTable digests,
    List<LogPart> wal,
    FileStamp file,
    FileStamp log) {
  private static final long MAGIC = 0x4455434b534c4f32L;
  private static final int FIXED_BYTES = 7 * Long.BYTES + 5 * Integer.BYTES;

  /** A part of the write-ahead log, from where the last one ends. */
  record LogPart(int length, String digest) {
    private static final int BYTES = Integer.BYTES + DigestTable.BYTES;

    static List<LogPart> of(List<Piece> pieces) {
      return pieces.stream().map(piece -> new LogPart(piece.length(), piece.digest())).toList();
    }
  }

  /** What is written about a slot; empty if there is nothing, or nothing to be believed. */
  static Optional<SlotState> load(Path path) throws IOException {
    return DurableFile.load(path).filter(bytes -> bytes.getLong() == MAGIC).map(SlotState::read);
  }

  private static SlotState read(ByteBuffer bytes) {
    long generation = bytes.getLong();
    long number = bytes.getLong();
    FileStamp file = new FileStamp(bytes.getLong(), bytes.getLong());
    FileStamp log = new FileStamp(bytes.getLong(), bytes.getLong());
    byte[] id = new byte[bytes.getInt()];
    bytes.get(id);
    int blockBytes = bytes.getInt();
    int headerBytes = bytes.getInt();
    byte[] packed = new byte[bytes.getInt()];
    List<LogPart> wal = new ArrayList<>();
    int parts = bytes.getInt();
    for (int i = 0; i < parts; i++) {
      int length = bytes.getInt();
      byte[] digest = new byte[DigestTable.BYTES];
      bytes.get(digest);
      wal.add(new LogPart(length, HexFormat.of().formatHex(digest)));
    }
    bytes.get(packed);
    return new SlotState(
        generation,
        number,
        new String(id, StandardCharsets.UTF_8),
        blockBytes,
        headerBytes,
        DigestTable.ofPacked(packed),
        List.copyOf(wal),
        file,
        log);
  }

  /** Puts this in the place of what was written before, on disk when this returns. */
  void store(Path path) throws IOException {
    byte[] packed = digests.packed();
    byte[] text = id.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(FIXED_BYTES + text.length + wal.size() * LogPart.BYTES + packed.length);
    bytes.putLong(MAGIC).putLong(generation).putLong(number);
    bytes.putLong(file.size()).putLong(file.modified());
    bytes.putLong(log.size()).putLong(log.modified());
    bytes.putInt(text.length).put(text);
    bytes.putInt(blockBytes).putInt(headerBytes).putInt(packed.length).putInt(wal.size());
    for (LogPart part : wal) {
      bytes.putInt(part.length()).put(HexFormat.of().parseHex(part.digest()));
    }
    bytes.put(packed);
    DurableFile.store(path, bytes.flip());
  }
}

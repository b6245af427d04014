package io.duckherder.storage;

import io.duckherder.storage.SnapshotContent.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a plain DuckDB file of a snapshot, and the log beside it, as restoring and cloning need.
 */
public final class SnapshotFiles {
  private SnapshotFiles() {}

  /** The write-ahead log that DuckDB looks for beside a database file. */
  public static Path walOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".wal");
  }

  /** Writes a whole snapshot to files that are not there yet, and forces them to disk. */
  public static void write(SnapshotContent content, ObjectSource source, Path target) {
    PieceReader reader = new PieceReader(source);
    try {
      if (content.walBytes() > 0) {
        writeWal(content, reader, walOf(target));
      }
      try (FileChannel file = create(target)) {
        writeFile(content, reader, file);
        file.force(true);
      }
    } catch (IOException e) {
      throw StorageErrors.writing(target.toString(), e);
    }
  }

  /**
   * The same, but the files have their names only once they are whole and on the disk; of a failure
   * nothing is left.
   */
  public static void create(SnapshotContent content, ObjectSource source, Path target) {
    Path made = target.resolveSibling(target.getFileName() + ".unfinished");
    try {
      delete(made);
      try {
        write(content, source, made);
        if (Files.exists(walOf(made))) {
          Files.move(walOf(made), walOf(target), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(target);
      } catch (IOException | RuntimeException e) {
        delete(made);
        delete(target);
        throw e;
      }
    } catch (IOException e) {
      throw StorageErrors.writing(target.toString(), e);
    }
  }

  /** Deletes a file that nobody has open, and the log beside it. */
  public static void delete(Path file) throws IOException {
    Files.deleteIfExists(walOf(file));
    Files.deleteIfExists(file);
  }

  private static void forceFolder(Path file) throws IOException {
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void writeWal(SnapshotContent content, PieceReader reader, Path target)
      throws IOException {
    try (FileChannel wal = create(target)) {
      reader.read(content.wal(), (index, bytes) -> append(wal, bytes, target));
      wal.force(true);
    }
  }

  private static void writeFile(SnapshotContent content, PieceReader reader, FileChannel file)
      throws IOException {
    List<Piece> pieces = new ArrayList<>();
    List<Long> places = new ArrayList<>();
    pieces.add(content.headers());
    places.add(0L);
    for (int block = 0; block < content.blocks().size(); block++) {
      Piece piece = content.blocks().get(block);
      if (!piece.equals(SnapshotContent.FREE)) {
        pieces.add(piece);
        places.add(content.headers().length() + (long) block * content.blockBytes());
      }
    }
    reader.read(pieces, (index, bytes) -> writeAt(file, bytes, places.get(index)));
    if (file.size() < content.fileBytes()) {
      file.write(ByteBuffer.allocate(1), content.fileBytes() - 1);
    }
  }

  private static FileChannel create(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static void append(FileChannel channel, ByteBuffer bytes, Path target) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw StorageErrors.writing(target.toString(), e);
    }
  }

  /** Writes all of a buffer at a place of a file. */
  public static void writeAt(FileChannel channel, ByteBuffer bytes, long offset) {
    try {
      long at = offset;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw StorageErrors.writing("bytes from " + offset + " on", e);
    }
  }
}

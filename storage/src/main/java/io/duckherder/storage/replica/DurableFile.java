package io.duckherder.storage.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Small files that are replaced as a whole and end with a checksum: after a crash the last one is
 * there or the one before.
 */
final class DurableFile {
  static final String NEXT = ".next";

  private DurableFile() {}

  /** The bytes of a file, empty if it is not there or was damaged. */
  static Optional<ByteBuffer> load(Path path) throws IOException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
      int end = bytes.limit() - Long.BYTES;
      return end >= 0 && bytes.getLong(end) == sum(bytes.duplicate().limit(end))
          ? Optional.of(bytes.limit(end))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Puts bytes in the place of a file; they are on disk when this returns. */
  static void store(Path path, ByteBuffer content) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(content.remaining() + Long.BYTES);
    bytes.put(content.duplicate()).putLong(sum(content.duplicate())).flip();
    Path next = path.resolveSibling(path.getFileName() + NEXT);
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(path.resolveSibling(""));
  }

  /** Makes what was created, renamed or deleted in a directory survive a crash of the machine. */
  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static long sum(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return sum.getValue();
  }
}

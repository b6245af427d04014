package io.duckherder.storage.seal;

import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.StorageErrors;
import io.duckherder.storage.file.FileHeaders;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/**
 * The live database file, read while DuckDB has it open for writing in this process.
 *
 * <p>POSIX locks belong to a process and a file: whoever closes <em>any</em> descriptor of the file
 * drops the lock that DuckDB holds, and a second process could open it. So one channel is opened
 * after DuckDB has the file and closed after DuckDB has closed it, and nobody else in this process
 * may open the file. DuckDB takes no lock on the log, which is replaced at every checkpoint, so
 * that is opened as needed.
 */
final class LiveFile implements AutoCloseable {
  private final Path path;
  private final Path wal;
  private final FileChannel channel;
  private final Clock clock;

  LiveFile(Path path, Clock clock) {
    this.path = path;
    this.wal = SnapshotFiles.walOf(path);
    this.clock = clock;
    try {
      this.channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException e) {
      throw StorageErrors.reading(path.toString(), e);
    }
  }

  Path path() {
    return path;
  }

  /** Where the last commit ends. Reads 12 KiB and a length, and waits for nobody. */
  Cut cut() {
    ByteBuffer headers = ByteBuffer.allocate(FileHeaders.BYTES);
    read(0, headers);
    headers.flip();
    try {
      return new Cut(
          clock.instant().truncatedTo(ChronoUnit.MICROS),
          FileHeaders.parse(headers, path.toString()),
          headers,
          channel.size(),
          walBytes());
    } catch (IOException e) {
      throw StorageErrors.reading(path.toString(), e);
    }
  }

  private long walBytes() throws IOException {
    try {
      return Files.size(wal);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** Fills a buffer from the database file; what is beyond its end reads as zeros. */
  void read(long offset, ByteBuffer into) {
    try {
      long at = offset;
      while (into.hasRemaining()) {
        int read = channel.read(into, at);
        if (read < 0) {
          into.put((byte) 0);
          read = 1;
        }
        at += read;
      }
    } catch (IOException e) {
      throw StorageErrors.reading(path.toString(), e);
    }
  }

  /** Fills a buffer from the log. */
  void readWal(long offset, ByteBuffer into) {
    try (FileChannel log = FileChannel.open(wal, StandardOpenOption.READ)) {
      long at = offset;
      while (into.hasRemaining()) {
        int read = log.read(into, at);
        if (read < 0) {
          throw new EOFException("it ends at byte " + at);
        }
        at += read;
      }
    } catch (IOException e) {
      throw StorageErrors.reading(wal.toString(), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw StorageErrors.reading(path.toString(), e);
    }
  }
}

package io.duckherder.cluster.gather;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A temporary file of batches as Arrow IPC messages: written to its end, then read once. It has no
 * name from the moment it is open, so that nothing is left of it however the process ends.
 */
final class BatchFile implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  private final FileChannel channel;
  private final WriteChannel out;
  private long unread;

  private BatchFile(FileChannel channel) {
    this.channel = channel;
    this.out = new WriteChannel(channel);
  }

  static BatchFile create(Path directory) {
    try {
      return new BatchFile(open(directory));
    } catch (IOException e) {
      throw failure("make a file for the rows of a query in \"" + directory + "\"", e);
    }
  }

  /** Whoever uses the directory too deletes it when it is empty, perhaps just now. */
  private static FileChannel open(Path directory) throws IOException {
    NoSuchFileException gone = new NoSuchFileException(directory.toString());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      boolean made = !Files.exists(directory);
      Files.createDirectories(directory);
      try {
        FileChannel channel =
            FileChannel.open(
                directory.resolve("rows-" + UUID.randomUUID()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        if (made) {
          Files.deleteIfExists(directory);
        }
        return channel;
      } catch (NoSuchFileException e) {
        gone = e;
      }
    }
    throw gone;
  }

  void write(ArrowRecordBatch batch) {
    try {
      MessageSerializer.serialize(out, batch);
    } catch (IOException e) {
      throw failure("write the rows of a query to disk", e);
    }
  }

  /** The next batch, or null after the last. */
  @Nullable ArrowRecordBatch read(BufferAllocator allocator) {
    try {
      if (unread == 0) {
        channel.position(0);
      }
      if (unread >= out.getCurrentPosition()) {
        return null;
      }
      ReadChannel in = new ReadChannel(channel);
      ArrowRecordBatch batch =
          (ArrowRecordBatch) MessageSerializer.deserializeMessageBatch(in, allocator);
      unread += in.bytesRead();
      return batch;
    } catch (IOException e) {
      throw failure("read the rows of a query from disk", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure("close a file of rows", e);
    }
  }

  private static DuckherderException failure(String what, IOException e) {
    String reason = String.valueOf(e.getMessage());
    boolean full = reason.toLowerCase(Locale.ROOT).contains("no space left");
    return new DuckherderException(
        full ? StandardErrorCode.OUT_OF_DISK : StandardErrorCode.INTERNAL_ERROR,
        "Cannot %s: %s; free space in the driver's spill directory, or give another"
            .formatted(what, reason),
        e);
  }
}

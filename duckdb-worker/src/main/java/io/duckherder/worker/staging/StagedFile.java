package io.duckherder.worker.staging;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The file to which one run of a task stages its rows, as an Arrow IPC stream. It has its name only
 * once it is whole; closed before, it is deleted.
 */
public final class StagedFile implements AutoCloseable {
  /** How much is written between two looks at the disk. */
  private static final long LOOK_BYTES = 64L << 20;

  private final Path part;
  private final Path whole;
  private final FileChannel channel;
  private final WriteChannel out;
  private long nextLook;
  private long rows;
  private boolean finished;

  private StagedFile(Path part, Path whole, FileChannel channel) {
    this.part = part;
    this.whole = whole;
    this.channel = channel;
    this.out = new WriteChannel(channel);
  }

  static StagedFile create(Path part, Path whole, Schema schema) {
    try {
      StagedFile file =
          new StagedFile(
              part,
              whole,
              FileChannel.open(
                  part,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE));
      file.begin(schema);
      return file;
    } catch (IOException e) {
      throw StagingFolder.failure("stage rows in \"" + part + "\"", e);
    }
  }

  private void begin(Schema schema) throws IOException {
    try {
      MessageSerializer.serialize(out, schema);
    } catch (IOException | RuntimeException e) {
      try {
        close();
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /** Adds the rows of a batch, which stays the caller's. */
  public void write(VectorSchemaRoot batch) {
    try (ArrowRecordBatch rows = new VectorUnloader(batch).getRecordBatch()) {
      if (out.getCurrentPosition() >= nextLook) {
        requireSpace();
        nextLook = out.getCurrentPosition() + LOOK_BYTES;
      }
      MessageSerializer.serialize(out, rows);
      this.rows += batch.getRowCount();
    } catch (IOException e) {
      throw StagingFolder.failure("stage rows in \"" + part + "\"", e);
    }
  }

  private void requireSpace() throws IOException {
    long free = Files.getFileStore(part).getUsableSpace();
    if (free < StagingFolder.RESERVE_BYTES) {
      throw new DuckherderException(
          StandardErrorCode.OUT_OF_DISK,
          "Cannot stage rows in \"%s\": %d MB are left on its disk; free some space"
              .formatted(part.getParent(), free >> 20));
    }
  }

  /** The rows that were added. */
  public long rows() {
    return rows;
  }

  /** The bytes that they take. */
  public long bytes() {
    return out.getCurrentPosition();
  }

  /** Ends the file and gives it its name. */
  public void finish() {
    try {
      ArrowStreamWriter.writeEndOfStream(out, IpcOption.DEFAULT);
      channel.close();
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      finished = true;
    } catch (IOException e) {
      throw StagingFolder.failure("stage rows in \"" + part + "\"", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      if (!finished) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw StagingFolder.failure("close \"" + part + "\"", e);
    }
  }
}

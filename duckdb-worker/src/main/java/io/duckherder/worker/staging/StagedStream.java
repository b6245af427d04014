package io.duckherder.worker.staging;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The rows of staged files, of one schema, one file after the other. At least one file. */
final class StagedStream implements BatchStream {
  private final Iterator<Path> files;
  private final BufferAllocator allocator;
  private FileChannel channel;
  private ReadChannel in;
  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private volatile boolean cancelled;

  StagedStream(List<Path> files, BufferAllocator parent) {
    this.files = files.iterator();
    this.channel = open(this.files.next());
    this.in = new ReadChannel(channel);
    Schema schema = firstSchema();
    this.allocator = parent.newChildAllocator("staged", 0, Long.MAX_VALUE);
    this.root = VectorSchemaRoot.create(schema, allocator);
    this.loader = new VectorLoader(root);
  }

  /** What cannot be read is closed: nobody gets a stream to close. */
  private Schema firstSchema() {
    try {
      return schema(in);
    } catch (RuntimeException e) {
      try {
        closeChannel();
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private static FileChannel open(Path file) {
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw StagingFolder.failure("read the staged rows in \"" + file + "\"", e);
    }
  }

  private static Schema schema(ReadChannel in) {
    try {
      return MessageSerializer.deserializeSchema(in);
    } catch (IOException e) {
      throw StagingFolder.failure("read staged rows", e);
    }
  }

  @Override
  public Schema schema() {
    return root.getSchema();
  }

  @Override
  public boolean next() {
    while (true) {
      if (cancelled) {
        throw new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The write was cancelled");
      }
      try (ArrowRecordBatch batch = read()) {
        if (batch != null) {
          loader.load(batch);
          return true;
        }
      }
      if (!files.hasNext()) {
        return false;
      }
      closeChannel();
      channel = open(files.next());
      in = new ReadChannel(channel);
      Schema schema = schema(in);
      if (!schema.equals(root.getSchema())) {
        throw new DuckherderException(
            StandardErrorCode.INTERNAL_ERROR,
            "The tasks of a write staged rows of different columns: %s and %s"
                .formatted(root.getSchema(), schema));
      }
    }
  }

  /** The next batch of the file that is open, or null after its last, which a mark follows. */
  private @Nullable ArrowRecordBatch read() {
    try {
      if (channel.position() >= channel.size()) {
        throw new DuckherderException(
            StandardErrorCode.STAGED_ROWS_LOST,
            "Cannot read the staged rows of a task: their file ends too early; nothing was written,"
                + " run the job again");
      }
      return (ArrowRecordBatch) MessageSerializer.deserializeMessageBatch(in, allocator);
    } catch (IOException e) {
      throw StagingFolder.failure("read staged rows", e);
    }
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  private void closeChannel() {
    try {
      channel.close();
    } catch (IOException e) {
      throw StagingFolder.failure("close a file of staged rows", e);
    }
  }

  @Override
  public void close() {
    closeChannel();
    root.close();
    allocator.close();
  }
}

package io.duckherder.spark.source;

import io.duckherder.wire.BatchStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.Iterator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of an answer that was kept. It is in memory, so there is nothing to cancel. */
final class KeptAnswerStream implements BatchStream {
  private final Schema schema;
  private final Iterator<byte[]> batches;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private final VectorLoader loader;

  KeptAnswerStream(KeptAnswer answer, BufferAllocator parent) {
    schema = answer.schema();
    batches = answer.batches().iterator();
    allocator = parent.newChildAllocator("kept-answer", 0, Long.MAX_VALUE);
    root = VectorSchemaRoot.create(schema, allocator);
    loader = new VectorLoader(root);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public boolean next() {
    if (!batches.hasNext()) {
      return false;
    }
    try (ReadChannel channel =
            new ReadChannel(Channels.newChannel(new ByteArrayInputStream(batches.next())));
        ArrowRecordBatch batch =
            (ArrowRecordBatch) MessageSerializer.deserializeMessageBatch(channel, allocator)) {
      loader.load(batch);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a batch in memory", e);
    }
    return true;
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public void cancel() {}

  @Override
  public void close() {
    root.close();
    allocator.close();
  }
}

package io.duckherder.cluster.cache;

import io.duckherder.wire.BatchStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Copies the rows that pass through, for the cache, as long as they are few enough. The copies are
 * the cache's own, so that nothing of the query outlives it.
 */
final class KeepingStream implements BatchStream {
  private final BatchStream rows;
  private final BufferAllocator allocator;
  private final long mostBytes;
  private final Consumer<KeptResult> onWhole;
  private final List<ArrowRecordBatch> copies = new ArrayList<>();
  private long bytes;
  private boolean keeps = true;

  KeepingStream(
      BatchStream rows, BufferAllocator allocator, long mostBytes, Consumer<KeptResult> onWhole) {
    this.rows = rows;
    this.allocator = allocator;
    this.mostBytes = mostBytes;
    this.onWhole = onWhole;
  }

  @Override
  public Schema schema() {
    return rows.schema();
  }

  @Override
  public VectorSchemaRoot root() {
    return rows.root();
  }

  @Override
  public boolean next() {
    boolean more = rows.next();
    if (keeps && more) {
      copy();
    } else if (keeps) {
      keeps = false;
      KeptResult result = new KeptResult(rows.schema(), copies, bytes);
      copies.clear();
      onWhole.accept(result);
    }
    return more;
  }

  private void copy() {
    try (ArrowRecordBatch batch = new VectorUnloader(rows.root()).getRecordBatch()) {
      long size = batch.computeBodyLength();
      if (bytes + size > mostBytes) {
        keeps = false;
        release();
        return;
      }
      copies.add(copy(batch));
      bytes += size;
    }
  }

  private ArrowRecordBatch copy(ArrowRecordBatch batch) {
    List<ArrowBuf> buffers = new ArrayList<>();
    try {
      for (ArrowBuf buffer : batch.getBuffers()) {
        long size = buffer.readableBytes();
        ArrowBuf copied = allocator.buffer(size);
        buffers.add(copied);
        copied.setBytes(0, buffer, 0, size);
        copied.writerIndex(size);
      }
      return new ArrowRecordBatch(batch.getLength(), batch.getNodes(), buffers);
    } finally {
      // The batch holds them by itself.
      buffers.forEach(ArrowBuf::close);
    }
  }

  private void release() {
    copies.forEach(ArrowRecordBatch::close);
    copies.clear();
  }

  @Override
  public void cancel() {
    rows.cancel();
  }

  @Override
  public void close() {
    release();
    rows.close();
  }
}

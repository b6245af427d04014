package io.duckherder.cluster.sql;

import io.duckherder.wire.BatchStream;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows that are all at hand, in one batch at most: reading them waits for nothing. */
final class ReadyRows implements BatchStream {
  private final VectorSchemaRoot root;
  private boolean given;

  /** Takes over a batch. */
  ReadyRows(Schema schema, Optional<ArrowRecordBatch> batch, BufferAllocator allocator) {
    this.root = VectorSchemaRoot.create(schema, allocator);
    try {
      batch.ifPresent(new VectorLoader(root)::load);
    } catch (RuntimeException e) {
      root.close();
      throw e;
    } finally {
      batch.ifPresent(ArrowRecordBatch::close);
    }
  }

  @Override
  public Schema schema() {
    return root.getSchema();
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    boolean first = !given && root.getRowCount() > 0;
    given = true;
    return first;
  }

  @Override
  public void cancel() {}

  @Override
  public void close() {
    root.close();
  }
}

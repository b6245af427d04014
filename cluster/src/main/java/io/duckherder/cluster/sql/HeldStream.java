package io.duckherder.cluster.sql;

import io.duckherder.cluster.gather.HeldRows;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows that were all made before the first is read, in memory and beyond it on disk. */
final class HeldStream implements BatchStream {
  private final HeldRows rows;
  private final VectorSchemaRoot root;
  private final VectorLoader loader;

  /** Takes the rows over. */
  HeldStream(Schema schema, HeldRows rows, BufferAllocator allocator) {
    this.rows = rows;
    this.root = VectorSchemaRoot.create(schema, allocator);
    this.loader = new VectorLoader(root);
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
    try (ArrowRecordBatch batch = rows.take()) {
      if (batch == null) {
        return false;
      }
      loader.load(batch);
      return true;
    } catch (InterruptedException e) {
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
    }
  }

  @Override
  public void cancel() {
    rows.close();
  }

  @Override
  public void close() {
    rows.close();
    root.close();
  }
}

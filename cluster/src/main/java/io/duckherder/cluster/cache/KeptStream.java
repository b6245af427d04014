package io.duckherder.cluster.cache;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of an answer that was kept; its batches are read in place. */
final class KeptStream implements BatchStream {
  private final KeptResult result;
  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean cancelled;
  private int given;

  /** Takes over one use of a result. */
  KeptStream(KeptResult result, BufferAllocator allocator) {
    this.result = result;
    this.root = VectorSchemaRoot.create(result.schema(), allocator);
    this.loader = new VectorLoader(root);
  }

  @Override
  public Schema schema() {
    return result.schema();
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    if (cancelled) {
      throw new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The query was cancelled");
    }
    if (given == result.batches().size()) {
      return false;
    }
    loader.load(result.batches().get(given));
    given++;
    return true;
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      root.close();
      result.release();
    }
  }
}

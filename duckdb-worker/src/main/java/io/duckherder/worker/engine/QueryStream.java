package io.duckherder.worker.engine;

import io.duckherder.wire.BatchStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A stream that its query knows until it is closed. */
final class QueryStream implements BatchStream {
  private final BatchStream stream;
  private final Runnable onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  QueryStream(BatchStream stream, Runnable onClose) {
    this.stream = stream;
    this.onClose = onClose;
  }

  @Override
  public Schema schema() {
    return stream.schema();
  }

  @Override
  public boolean next() {
    return stream.next();
  }

  @Override
  public VectorSchemaRoot root() {
    return stream.root();
  }

  @Override
  public long workNanos() {
    return stream.workNanos();
  }

  @Override
  public void cancel() {
    stream.cancel();
  }

  @Override
  public void close() {
    try {
      stream.close();
    } finally {
      if (closed.compareAndSet(false, true)) {
        onClose.run();
      }
    }
  }
}

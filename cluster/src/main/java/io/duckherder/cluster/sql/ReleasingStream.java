package io.duckherder.cluster.sql;

import io.duckherder.wire.BatchStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A stream that gives something back when it is closed. */
final class ReleasingStream implements BatchStream {
  private final BatchStream stream;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  ReleasingStream(BatchStream stream, Runnable release) {
    this.stream = stream;
    this.release = release;
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
  public void cancel() {
    stream.cancel();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        stream.close();
      } finally {
        release.run();
      }
    }
  }
}

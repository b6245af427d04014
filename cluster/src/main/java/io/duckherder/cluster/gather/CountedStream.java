package io.duckherder.cluster.gather;

import io.duckherder.cluster.membership.Worker;
import io.duckherder.error.DuckherderException;
import io.duckherder.wire.BatchStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A stream that counts as load of its worker, and throws suspicion on it when it breaks. */
final class CountedStream implements BatchStream {
  private final BatchStream stream;
  private final Worker worker;
  private final AtomicBoolean closed = new AtomicBoolean();

  CountedStream(BatchStream stream, Worker worker) {
    this.stream = stream;
    this.worker = worker;
    worker.started();
  }

  @Override
  public Schema schema() {
    return stream.schema();
  }

  @Override
  public boolean next() {
    try {
      return stream.next();
    } catch (DuckherderException e) {
      if (e.code().retryable()) {
        worker.suspect();
      }
      throw e;
    }
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
      worker.ended();
      stream.close();
    }
  }
}

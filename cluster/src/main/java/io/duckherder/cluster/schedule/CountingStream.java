package io.duckherder.cluster.schedule;

import io.duckherder.wire.BatchStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** Counts what passes; any thread may ask for the counts. */
final class CountingStream implements BatchStream {
  private final BatchStream stream;
  private volatile long rows;
  private volatile long bytes;

  CountingStream(BatchStream stream) {
    this.stream = stream;
  }

  long rows() {
    return rows;
  }

  long bytes() {
    return bytes;
  }

  @Override
  public Schema schema() {
    return stream.schema();
  }

  @Override
  public boolean next() {
    if (!stream.next()) {
      return false;
    }
    rows += stream.root().getRowCount();
    bytes += stream.root().getFieldVectors().stream().mapToLong(FieldVector::getBufferSize).sum();
    return true;
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
    stream.close();
  }
}

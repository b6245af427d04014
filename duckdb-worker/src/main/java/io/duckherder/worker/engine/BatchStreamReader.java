package io.duckherder.worker.engine;

import io.duckherder.wire.BatchStream;
import java.io.IOException;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A stream as Arrow's C interface reads it, which DuckDB calls from threads of its own. What goes
 * wrong in the stream reaches DuckDB as text only, so it is kept here. The stream stays its owner's
 * to close.
 */
final class BatchStreamReader extends ArrowReader {
  private final BatchStream stream;
  private volatile @Nullable RuntimeException failure;
  private volatile long rows;
  private volatile long bytes;

  BatchStreamReader(BatchStream stream, BufferAllocator allocator) {
    super(allocator);
    this.stream = stream;
  }

  @Nullable RuntimeException failure() {
    return failure;
  }

  long rows() {
    return rows;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    try {
      if (!stream.next()) {
        return false;
      }
      rows += stream.root().getRowCount();
      bytes += size(stream.root());
      return true;
    } catch (RuntimeException e) {
      failure = e;
      throw new IOException(e);
    }
  }

  @Override
  public VectorSchemaRoot getVectorSchemaRoot() throws IOException {
    try {
      return stream.root();
    } catch (RuntimeException e) {
      failure = e;
      throw new IOException(e);
    }
  }

  @Override
  public Map<Long, Dictionary> getDictionaryVectors() {
    return stream.dictionaries();
  }

  @Override
  public long bytesRead() {
    return bytes;
  }

  @Override
  protected void closeReadSource() {
    // Its owner closes the stream.
  }

  @Override
  protected Schema readSchema() {
    return stream.schema();
  }

  private static long size(VectorSchemaRoot root) {
    long size = 0;
    for (FieldVector vector : root.getFieldVectors()) {
      for (ArrowBuf buffer : vector.getBuffers(false)) {
        size += buffer.readableBytes();
      }
    }
    return size;
  }
}

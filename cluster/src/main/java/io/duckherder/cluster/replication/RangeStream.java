package io.duckherder.cluster.replication;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** A range of bytes as batches of one value each, read as fast as they are sent. */
final class RangeStream implements BatchStream {
  private static final int BATCH_BYTES = 1 << 20;
  private static final Schema SCHEMA =
      new Schema(
          List.of(new Field("bytes", FieldType.notNullable(ArrowType.Binary.INSTANCE), null)));

  private final ByteReader reader;
  private final VectorSchemaRoot root;
  private final long end;
  private long position;
  private volatile boolean cancelled;

  RangeStream(ByteReader reader, long offset, int length, BufferAllocator allocator) {
    this.reader = reader;
    this.root = VectorSchemaRoot.create(SCHEMA, allocator);
    this.position = offset;
    this.end = offset + length;
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    if (cancelled) {
      throw new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The reader went away");
    }
    int length = (int) Math.min(BATCH_BYTES, end - position);
    if (length == 0) {
      return false;
    }
    VarBinaryVector bytes = (VarBinaryVector) root.getVector(0);
    bytes.allocateNew(length, 1);
    reader.read(position, bytes.getDataBuffer().nioBuffer(0, length));
    BitVectorHelper.setBit(bytes.getValidityBuffer(), 0);
    bytes.getOffsetBuffer().setInt(0, 0);
    bytes.getOffsetBuffer().setInt(VarBinaryVector.OFFSET_WIDTH, length);
    bytes.setLastSet(0);
    root.setRowCount(1);
    position += length;
    return true;
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  @Override
  public void close() {
    root.close();
  }
}

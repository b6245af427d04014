package io.duckherder.spark.write;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/** Gathers rows of Spark's in an Arrow batch, over and over. */
final class ArrowRows implements AutoCloseable {
  private static final int MOST_ROWS = 8_192;
  private static final int LOOK_ROWS = 64;
  private static final long MOST_BYTES = 4L << 20;

  private final VectorSchemaRoot root;
  private final List<ValueWriter> writers = new ArrayList<>();
  private int rows;

  ArrowRows(StructType columns, BufferAllocator allocator) {
    this.root = VectorSchemaRoot.create(ArrowTypes.schema(columns), allocator);
    for (int i = 0; i < columns.length(); i++) {
      writers.add(ValueWriters.of(columns.fields()[i].dataType(), root.getVector(i)));
    }
    root.allocateNew();
  }

  VectorSchemaRoot root() {
    return root;
  }

  /**
   * Adds a row.
   *
   * @return whether the batch is to be taken now
   */
  boolean add(InternalRow row) {
    ValueWriters.writeAll(writers, row, rows);
    rows++;
    return rows >= MOST_ROWS || rows % LOOK_ROWS == 0 && bytes() >= MOST_BYTES;
  }

  /** An estimate by what the vectors have taken. */
  private long bytes() {
    return root.getFieldVectors().stream().mapToLong(ArrowRows::bytes).sum();
  }

  /**
   * Memory of a vector that is being filled. Not by {@code getFieldBuffers}: that makes strings end
   * where the vector's count of values says, which is not set before {@link #seal}, and the next
   * string would then write over all before it.
   */
  private static long bytes(FieldVector vector) {
    long bytes = 0;
    if (vector instanceof BaseVariableWidthVector texts) {
      bytes = texts.getOffsetBuffer().capacity() + texts.getDataBuffer().capacity();
    } else if (vector instanceof BaseFixedWidthVector values) {
      bytes = values.getDataBuffer().capacity();
    } else if (vector instanceof ListVector lists) {
      bytes = lists.getOffsetBuffer().capacity();
    }
    for (FieldVector child : vector.getChildrenFromFields()) {
      bytes += bytes(child);
    }
    return bytes;
  }

  /** Whether rows were added since the last {@link #clear}. */
  boolean isEmpty() {
    return rows == 0;
  }

  /** The rows added are those of the batch. */
  int seal() {
    root.setRowCount(rows);
    return rows;
  }

  /** Begins a batch; the memory of the last one is its reader's. */
  void clear() {
    root.clear();
    root.allocateNew();
    rows = 0;
  }

  @Override
  public void close() {
    root.close();
  }
}

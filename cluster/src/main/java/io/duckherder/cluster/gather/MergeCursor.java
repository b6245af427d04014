package io.duckherder.cluster.gather;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.ByteFunctionHelpers;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** A place in a sorted part. The last column of its batches is the key. */
final class MergeCursor implements AutoCloseable {
  private final ResultPart part;
  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private int row;

  MergeCursor(ResultPart part, Schema schema, BufferAllocator allocator) {
    this.part = part;
    this.root = VectorSchemaRoot.create(schema, allocator);
    this.loader = new VectorLoader(root);
  }

  /** Goes to the first row of the next batch; false at the end. */
  boolean load() throws InterruptedException {
    while (true) {
      try (ArrowRecordBatch batch = part.take()) {
        if (batch == null) {
          return false;
        }
        loader.load(batch);
        row = 0;
        if (root.getRowCount() > 0) {
          return true;
        }
      }
    }
  }

  VectorSchemaRoot root() {
    return root;
  }

  int row() {
    return row;
  }

  /** Rows of the batch from here on. */
  int left() {
    return root.getRowCount() - row;
  }

  void advance(int rows) {
    row += rows;
  }

  /** Compares the keys of two cursors' rows as unsigned bytes. */
  int compareTo(MergeCursor other) {
    return compare(row, other);
  }

  private int compare(int mine, MergeCursor other) {
    VarBinaryVector left = keys();
    VarBinaryVector right = other.keys();
    return ByteFunctionHelpers.compare(
        left.getDataBuffer(),
        left.getStartOffset(mine),
        left.getEndOffset(mine),
        right.getDataBuffer(),
        right.getStartOffset(other.row),
        right.getEndOffset(other.row));
  }

  /** Rows of the batch from here on, at least one, that come no later than another's row. */
  int rowsUpTo(MergeCursor other) {
    int low = row;
    int step = 1;
    while (low + step < root.getRowCount() && compare(low + step, other) <= 0) {
      low += step;
      step *= 2;
    }
    int high = Math.min(low + step, root.getRowCount());
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (compare(middle, other) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low - row + 1;
  }

  private VarBinaryVector keys() {
    return (VarBinaryVector) root.getVector(root.getFieldVectors().size() - 1);
  }

  @Override
  public void close() {
    root.close();
  }
}

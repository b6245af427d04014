package io.duckherder.cluster.managed;

import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;

/** Batches of rows (i BIGINT, s VARCHAR), numbered from 0. */
final class NumberedRows extends ArrowReader {
  private final int batches;
  private final int batchRows;
  private final IntConsumer beforeBatch;
  private int next;

  /**
   * @param beforeBatch told each batch's number before it is made; what it throws ends the stream
   */
  NumberedRows(BufferAllocator allocator, int batches, int batchRows, IntConsumer beforeBatch) {
    super(allocator);
    this.batches = batches;
    this.batchRows = batchRows;
    this.beforeBatch = beforeBatch;
  }

  NumberedRows(BufferAllocator allocator, int batches, int batchRows) {
    this(allocator, batches, batchRows, batch -> {});
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    if (next == batches) {
      return false;
    }
    beforeBatch.accept(next);
    VectorSchemaRoot root = getVectorSchemaRoot();
    root.allocateNew();
    BigIntVector numbers = (BigIntVector) root.getVector(0);
    VarCharVector texts = (VarCharVector) root.getVector(1);
    for (int row = 0; row < batchRows; row++) {
      long number = (long) next * batchRows + row;
      numbers.setSafe(row, number);
      texts.setSafe(row, new Text("row " + number));
    }
    root.setRowCount(batchRows);
    next++;
    return true;
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return new Schema(
        List.of(
            Field.nullable("i", new ArrowType.Int(64, true)),
            Field.nullable("s", ArrowType.Utf8.INSTANCE)));
  }
}

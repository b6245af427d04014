package io.duckherder.benchmarks.sql;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;

/** The same batch many times, so that making it counts for little. */
final class SameRows extends ArrowReader {
  private static final int BATCHES = 100;
  private static final int BATCH_ROWS = 50_000;

  /** How many rows it gives. */
  static final long ROWS = (long) BATCHES * BATCH_ROWS;

  private final Shape shape;
  private int given;

  SameRows(BufferAllocator allocator, Shape shape) {
    super(allocator);
    this.shape = shape;
  }

  /** How many columns of each kind there are. */
  record Shape(int numbers, int texts) {
    @Override
    public String toString() {
      return "%d numbers, %d texts".formatted(numbers, texts);
    }
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    if (given == 0) {
      fill(getVectorSchemaRoot());
    }
    return given++ < BATCHES;
  }

  private void fill(VectorSchemaRoot root) {
    root.allocateNew();
    for (int row = 0; row < BATCH_ROWS; row++) {
      for (int i = 0; i < shape.numbers; i++) {
        ((BigIntVector) root.getVector(i)).setSafe(row, row * 7919L + i);
      }
      for (int i = 0; i < shape.texts; i++) {
        ((VarCharVector) root.getVector(shape.numbers + i))
            .setSafe(row, new Text("value " + row % 977));
      }
    }
    root.setRowCount(BATCH_ROWS);
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    List<Field> fields = new ArrayList<>();
    IntStream.range(0, shape.numbers)
        .forEach(i -> fields.add(Field.nullable("n" + i, new ArrowType.Int(64, true))));
    IntStream.range(0, shape.texts)
        .forEach(i -> fields.add(Field.nullable("s" + i, ArrowType.Utf8.INSTANCE)));
    return new Schema(fields);
  }
}

package io.duckherder.cluster.catalog;

import io.duckherder.wire.BatchStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A few rows that are at hand: text, numbers, truth values, bytes and lists of text. */
public final class FixedRows implements BatchStream {
  private final VectorSchemaRoot root;
  private boolean given;

  /** Rows whose values are in the order of the schema's fields. */
  public FixedRows(Schema schema, List<List<@Nullable Object>> rows, BufferAllocator allocator) {
    this.root = VectorSchemaRoot.create(schema, allocator);
    root.allocateNew();
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < root.getFieldVectors().size(); column++) {
        set(root.getVector(column), row, rows.get(row).get(column));
      }
    }
    root.setRowCount(rows.size());
  }

  @Override
  public Schema schema() {
    return root.getSchema();
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    boolean first = !given && root.getRowCount() > 0;
    given = true;
    return first;
  }

  @Override
  public void cancel() {}

  @Override
  public void close() {
    root.close();
  }

  private static void set(FieldVector vector, int row, @Nullable Object value) {
    if (value == null) {
      vector.setNull(row);
    } else if (vector instanceof VarCharVector text) {
      text.setSafe(row, value.toString().getBytes(StandardCharsets.UTF_8));
    } else if (vector instanceof IntVector number) {
      number.setSafe(row, ((Number) value).intValue());
    } else if (vector instanceof BigIntVector number) {
      number.setSafe(row, ((Number) value).longValue());
    } else if (vector instanceof UInt1Vector number) {
      number.setSafe(row, ((Number) value).intValue());
    } else if (vector instanceof BitVector truth) {
      truth.setSafe(row, (Boolean) value ? 1 : 0);
    } else if (vector instanceof VarBinaryVector bytes) {
      bytes.setSafe(row, (byte[]) value);
    } else if (vector instanceof ListVector list) {
      setList(list, row, (List<?>) value);
    } else {
      throw new IllegalArgumentException("No rows of " + vector.getField());
    }
  }

  private static void setList(ListVector list, int row, List<?> values) {
    int start = list.startNewValue(row);
    for (int i = 0; i < values.size(); i++) {
      set((FieldVector) list.getDataVector(), start + i, values.get(i));
    }
    list.endValue(row, values.size());
  }
}

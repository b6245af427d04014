package io.duckherder.cluster.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** The rows of an Arrow batch as Java values, which outlive it. */
public final class ArrowRows {
  private ArrowRows() {}

  public static List<List<@Nullable Object>> of(VectorSchemaRoot batch) {
    List<List<@Nullable Object>> rows = new ArrayList<>(batch.getRowCount());
    for (int row = 0; row < batch.getRowCount(); row++) {
      List<@Nullable Object> values = new ArrayList<>(batch.getFieldVectors().size());
      for (FieldVector vector : batch.getFieldVectors()) {
        values.add(CellReader.read(vector, row));
      }
      rows.add(Collections.unmodifiableList(values));
    }
    return rows;
  }
}

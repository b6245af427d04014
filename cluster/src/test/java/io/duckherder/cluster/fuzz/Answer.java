package io.duckherder.cluster.fuzz;

import io.duckherder.cluster.catalog.ColumnSchemas;
import io.duckherder.cluster.client.CellReader;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorCode;
import io.duckherder.plan.ResultColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a query gives: columns and rows, or an error. */
record Answer(
    List<ResultColumn> columns,
    List<List<Object>> rows,
    Optional<ErrorCode> error,
    String message) {
  static Answer failed(DuckherderException e) {
    return new Answer(List.of(), List.of(), Optional.of(e.code()), String.valueOf(e.getMessage()));
  }

  static Answer of(List<ResultColumn> columns, List<List<Object>> rows) {
    return new Answer(columns, rows, Optional.empty(), "");
  }

  /** The columns of a schema as the driver tells it. */
  static List<ResultColumn> columns(Schema schema) {
    return schema.getFields().stream()
        .map(
            field ->
                new ResultColumn(
                    field.getName(),
                    field.getMetadata().getOrDefault(ColumnSchemas.DUCKDB_TYPE, "")))
        .toList();
  }

  /** Adds the rows of a batch to others. */
  static void read(VectorSchemaRoot batch, List<List<Object>> rows) {
    List<FieldVector> vectors = batch.getFieldVectors();
    for (int row = 0; row < batch.getRowCount(); row++) {
      List<Object> values = new ArrayList<>(vectors.size());
      for (FieldVector vector : vectors) {
        values.add(CellReader.read(vector, row));
      }
      rows.add(values);
    }
  }
}

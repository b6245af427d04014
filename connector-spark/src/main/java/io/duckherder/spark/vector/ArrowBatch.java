package io.duckherder.spark.vector;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * The one {@link ColumnarBatch} of a reader: its columns are bound to each Arrow batch in turn. It
 * owns no memory, and what it shows is valid until the stream goes on.
 */
public final class ArrowBatch {
  private final StructType wanted;
  private final ArrowColumn[] columns;
  private final ColumnarBatch batch;

  /**
   * A batch for the streams of a schema.
   *
   * @param wanted the columns that Spark asked for; none, if it only counts rows
   */
  public ArrowBatch(StructType wanted, Schema schema) {
    List<Field> fields = schema.getFields();
    if (wanted.size() > 0 && wanted.size() != fields.size()) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR,
          "Cannot read %d columns: the stream has %d; please report this"
              .formatted(wanted.size(), fields.size()));
    }
    this.wanted = wanted;
    columns = new ArrowColumn[wanted.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] =
          ColumnFactory.create(wanted.apply(i).name(), wanted.apply(i).dataType(), fields.get(i));
    }
    batch = new ColumnarBatch(columns);
  }

  /** Spark's view of the rows that a root holds now. */
  public ColumnarBatch bind(VectorSchemaRoot root) {
    for (int i = 0; i < columns.length; i++) {
      requireNoNull(wanted.apply(i), root.getVector(i));
      columns[i].bind(root.getVector(i));
    }
    batch.setNumRows(root.getRowCount());
    return batch;
  }

  /** Spark planned without nulls in a column that was NOT NULL when it loaded the table. */
  private static void requireNoNull(StructField field, FieldVector vector) {
    if (!field.nullable() && vector.getNullCount() > 0) {
      throw new DuckherderException(
          StandardErrorCode.FILE_CHANGED,
          ("Cannot read column \"%s\" without nulls: it was NOT NULL when the table was loaded, and"
                  + " has changed since; load the table again")
              .formatted(field.name()));
    }
  }
}

package io.duckherder.spark.vector;

import java.util.List;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * Structs: a column for each field.
 *
 * @see #positions for variants, whose parts Spark wants in another order than Arrow has them
 */
final class StructColumn extends ArrowColumn {
  private final List<ArrowColumn> fields;

  /** For each field, its place in the Arrow struct. */
  private final int[] positions;

  StructColumn(DataType type, List<ArrowColumn> fields, int[] positions) {
    super(type);
    this.fields = List.copyOf(fields);
    this.positions = positions;
  }

  @Override
  void attach(ValueVector vector) {
    StructVector struct = (StructVector) vector;
    for (int i = 0; i < positions.length; i++) {
      fields.get(i).bind(struct.getChildByOrdinal(positions[i]));
    }
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return fields.get(ordinal);
  }
}

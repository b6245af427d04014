package io.duckherder.spark.vector;

import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.jspecify.annotations.Nullable;

/** DuckDB's arrays: lists that all have one length. */
final class FixedSizeListColumn extends ArrowColumn {
  private final ArrowColumn elements;
  private int length;

  FixedSizeListColumn(DataType type, ArrowColumn elements) {
    super(type);
    this.elements = elements;
  }

  @Override
  void attach(ValueVector vector) {
    FixedSizeListVector list = (FixedSizeListVector) vector;
    length = list.getListSize();
    elements.bind(list.getDataVector());
  }

  @Override
  public @Nullable ColumnarArray getArray(int row) {
    return isNullAt(row) ? null : new ColumnarArray(elements, row * length, length);
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return elements;
  }
}

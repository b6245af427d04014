package io.duckherder.spark.vector;

import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/** Lists: ranges of one column of elements. */
final class ListColumn extends ArrowColumn {
  private final ArrowColumn elements;
  private long offsets;

  ListColumn(DataType type, ArrowColumn elements) {
    super(type);
    this.elements = elements;
  }

  @Override
  void attach(ValueVector vector) {
    ListVector list = (ListVector) vector;
    offsets = list.getOffsetBuffer().memoryAddress();
    elements.bind(list.getDataVector());
  }

  @Override
  public @Nullable ColumnarArray getArray(int row) {
    if (isNullAt(row)) {
      return null;
    }
    int start = Platform.getInt(null, offsets + 4L * row);
    int end = Platform.getInt(null, offsets + 4L * row + 4);
    return new ColumnarArray(elements, start, end - start);
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return elements;
  }
}

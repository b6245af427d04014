package io.duckherder.spark.vector;

import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/** Maps: ranges of a column of keys and of a column of values. */
final class MapColumn extends ArrowColumn {
  private final ArrowColumn keys;
  private final ArrowColumn values;
  private long offsets;

  MapColumn(DataType type, ArrowColumn keys, ArrowColumn values) {
    super(type);
    this.keys = keys;
    this.values = values;
  }

  @Override
  void attach(ValueVector vector) {
    MapVector map = (MapVector) vector;
    StructVector entries = (StructVector) map.getDataVector();
    offsets = map.getOffsetBuffer().memoryAddress();
    keys.bind(entries.getChildByOrdinal(0));
    values.bind(entries.getChildByOrdinal(1));
  }

  @Override
  public @Nullable ColumnarMap getMap(int row) {
    if (isNullAt(row)) {
      return null;
    }
    int start = Platform.getInt(null, offsets + 4L * row);
    int end = Platform.getInt(null, offsets + 4L * row + 4);
    return new ColumnarMap(keys, values, start, end - start);
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return ordinal == 0 ? keys : values;
  }
}

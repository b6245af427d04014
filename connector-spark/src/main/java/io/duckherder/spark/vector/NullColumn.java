package io.duckherder.spark.vector;

import org.apache.arrow.vector.ValueVector;
import org.apache.spark.sql.types.DataType;

/** A column of nothing but nulls. */
final class NullColumn extends ArrowColumn {
  private int rows;

  NullColumn(DataType type) {
    super(type);
  }

  @Override
  int nullCount(ValueVector vector) {
    return 0;
  }

  @Override
  void attach(ValueVector vector) {
    rows = vector.getValueCount();
  }

  @Override
  public boolean hasNull() {
    return rows > 0;
  }

  @Override
  public int numNulls() {
    return rows;
  }

  @Override
  public boolean isNullAt(int row) {
    return true;
  }
}

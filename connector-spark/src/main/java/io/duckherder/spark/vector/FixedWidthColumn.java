package io.duckherder.spark.vector;

import org.apache.arrow.vector.ValueVector;
import org.apache.spark.sql.types.DataType;

/** A column whose values lie at multiples of their width. */
abstract class FixedWidthColumn extends ArrowColumn {
  /** Address of the first value. */
  long data;

  FixedWidthColumn(DataType type) {
    super(type);
  }

  @Override
  final void attach(ValueVector vector) {
    data = vector.getDataBuffer().memoryAddress();
  }
}

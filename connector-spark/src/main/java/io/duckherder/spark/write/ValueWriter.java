package io.duckherder.spark.write;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/** Writes values of one Spark type into one Arrow vector. */
@FunctionalInterface
interface ValueWriter {
  /**
   * Writes a value, or null.
   *
   * @param values a row or an array
   * @param ordinal which of its values
   * @param index the place in the vector
   */
  void write(SpecializedGetters values, int ordinal, int index);
}

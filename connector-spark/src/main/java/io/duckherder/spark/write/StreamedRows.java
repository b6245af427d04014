package io.duckherder.spark.write;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a stream, which Spark does not cast to the types of the table, as it does those of
 * other writes. Driver-only.
 */
final class StreamedRows {
  private StreamedRows() {}

  /**
   * Fails if DuckDB would cast a column by its own rules, which round, and write texts in another
   * way than Spark.
   *
   * @param columns those of the table
   */
  static void requireTypes(StructType rows, StructType columns, WriteTarget target) {
    for (StructField row : rows.fields()) {
      for (StructField column : columns.fields()) {
        boolean same = column.name().equalsIgnoreCase(row.name());
        if (same && !holds(column.dataType(), row.dataType())) {
          throw new DuckherderException(
              StandardErrorCode.UNSUPPORTED,
              "Cannot write column \"%s\" of %s: the stream has %s and the table %s; cast it in the stream"
                  .formatted(
                      column.name(), target.sql(), row.dataType().sql(), column.dataType().sql()));
        }
      }
    }
  }

  private static boolean holds(DataType column, DataType row) {
    return column.asNullable().equals(row.asNullable())
        || column instanceof NumericType
            && row instanceof NumericType
            && Cast.canUpCast(row, column);
  }
}

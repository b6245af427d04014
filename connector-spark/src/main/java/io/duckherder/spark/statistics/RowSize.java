package io.duckherder.spark.statistics;

import io.duckherder.spark.type.SparkTypes;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.VariantType;

/**
 * The bytes that a row of some columns is taken for, by which Spark chooses what to broadcast.
 * Where nobody says how long texts and lists are, they are taken for long ones, since to shuffle a
 * small table costs little and to broadcast a large one takes down Spark's driver.
 */
record RowSize(long bytes) {
  private static final long OVERHEAD = 8;
  private static final long TEXT_OVERHEAD = 16;
  private static final long LONG_VALUE = 64 * 1024;

  /** DuckDB types that Spark has as strings of known length. */
  private static final Set<String> SHORT_TEXTS =
      Set.of("UUID", "TIME", "TIME_NS", "TIME WITH TIME ZONE");

  private static final long SHORT_TEXT = 40;

  /**
   * The size of a row.
   *
   * @param texts the bytes of a value of text columns of which that is known, by their names
   */
  static RowSize of(StructType columns, Map<String, Long> texts) {
    long bytes = OVERHEAD;
    for (StructField column : columns.fields()) {
      boolean isShort = SHORT_TEXTS.contains(column.metadata().getString(SparkTypes.DUCKDB_TYPE));
      Long text = column.dataType() instanceof StringType ? texts.get(column.name()) : null;
      if (text != null) {
        bytes += TEXT_OVERHEAD + text;
      } else {
        bytes += isShort ? SHORT_TEXT : bytes(column.dataType());
      }
    }
    return new RowSize(bytes);
  }

  private static long bytes(DataType type) {
    if (type instanceof StructType struct) {
      long bytes = OVERHEAD;
      for (StructField field : struct.fields()) {
        bytes += bytes(field.dataType());
      }
      return bytes;
    }
    boolean isLong =
        type instanceof StringType
            || type instanceof BinaryType
            || type instanceof ArrayType
            || type instanceof MapType
            || type instanceof VariantType;
    return isLong ? LONG_VALUE : type.defaultSize();
  }

  /** The bytes of a number of rows, at most the greatest number that there is. */
  long times(long rows) {
    return rows > Long.MAX_VALUE / bytes ? Long.MAX_VALUE : rows * bytes;
  }
}

package io.duckherder.spark.procedure;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a call gave. Driver-only.
 *
 * @param readSchema their columns: strings, booleans, and numbers of 64 bits, of which a timestamp
 *     is one
 * @param texts their values
 */
record ResultRows(StructType readSchema, List<List<@Nullable String>> texts) implements LocalScan {
  @Override
  public InternalRow[] rows() {
    return texts.stream().map(this::row).toArray(InternalRow[]::new);
  }

  private InternalRow row(List<@Nullable String> row) {
    return new GenericInternalRow(
        IntStream.range(0, readSchema.size())
            .mapToObj(i -> value(row.get(i), readSchema.apply(i).dataType()))
            .toArray());
  }

  private static @Nullable Object value(@Nullable String text, DataType type) {
    if (text == null) {
      return null;
    }
    if (type instanceof StringType) {
      return UTF8String.fromString(text);
    }
    if (type instanceof BooleanType) {
      return Boolean.valueOf(text);
    }
    return Long.valueOf(text);
  }
}

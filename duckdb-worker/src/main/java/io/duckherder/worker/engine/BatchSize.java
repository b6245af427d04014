package io.duckherder.worker.engine;

import io.duckherder.plan.ResultColumn;
import io.duckherder.sql.DuckDBType;
import java.util.List;
import java.util.Map;

/**
 * How many rows an Arrow batch holds. DuckDB exports large batches ten times faster than small ones
 * (0.35 GB/s at 2,048 rows, 4 GB/s at 122,880), and memory wants them small: so as many rows as
 * come to a few megabytes, by a guess at the width of the columns.
 */
final class BatchSize {
  /** DuckDB's vector: the least that it exports at a time. */
  static final int VECTOR_ROWS = 2_048;

  private static final int MAXIMUM_ROWS = 122_880;
  private static final long BATCH_BYTES = 6L << 20;

  /** Bytes of a batch of very long rows, far below what Arrow can count. */
  private static final long LONG_BATCH_BYTES = 64L << 20;

  private static final int TEXT_BYTES = 24;
  private static final int NESTED_FACTOR = 4;

  private static final Map<String, Integer> FIXED =
      Map.ofEntries(
          Map.entry("BOOLEAN", 1),
          Map.entry("TINYINT", 1),
          Map.entry("UTINYINT", 1),
          Map.entry("SMALLINT", 2),
          Map.entry("USMALLINT", 2),
          Map.entry("INTEGER", 4),
          Map.entry("UINTEGER", 4),
          Map.entry("FLOAT", 4),
          Map.entry("DATE", 4),
          Map.entry("DECIMAL", 16),
          Map.entry("HUGEINT", 16),
          Map.entry("UHUGEINT", 16),
          Map.entry("INTERVAL", 16),
          Map.entry("UUID", 40),
          Map.entry("VARCHAR", TEXT_BYTES),
          Map.entry("ENUM", TEXT_BYTES),
          Map.entry("BLOB", 4 * TEXT_BYTES),
          Map.entry("JSON", 8 * TEXT_BYTES),
          Map.entry("VARIANT", 8 * TEXT_BYTES));

  private BatchSize() {}

  /** The rows of a batch of these columns, a whole number of vectors. */
  static int rows(List<ResultColumn> columns) {
    long rows = Math.min(MAXIMUM_ROWS, BATCH_BYTES / (1 + width(columns)));
    return (int) Math.max(VECTOR_ROWS, rows / VECTOR_ROWS * VECTOR_ROWS);
  }

  /**
   * The rows of a batch of these columns if rows are as long as some that were seen. Arrow counts
   * the bytes of a batch's text in 31 bits, so batches of very long rows are less than a vector.
   */
  static int rows(List<ResultColumn> columns, long rowBytes) {
    long most = Math.max(1, LONG_BATCH_BYTES / Math.max(1, rowBytes));
    return (int) Math.min(rows(columns), most);
  }

  /** About how many bytes a row of these columns has. */
  static long width(List<ResultColumn> columns) {
    return columns.stream().mapToLong(column -> width(DuckDBType.parse(column.type()))).sum();
  }

  private static long width(DuckDBType type) {
    if (type instanceof DuckDBType.ListOf list) {
      return NESTED_FACTOR * width(list.element());
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      return array.size() * width(array.element());
    }
    if (type instanceof DuckDBType.MapOf map) {
      return NESTED_FACTOR * (width(map.key()) + width(map.value()));
    }
    if (type instanceof DuckDBType.Composite composite) {
      return composite.members().stream().mapToLong(member -> width(member.type())).sum();
    }
    return FIXED.getOrDefault(((DuckDBType.Scalar) type).name(), 8);
  }
}

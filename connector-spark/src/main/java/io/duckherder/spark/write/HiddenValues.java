package io.duckherder.spark.write;

import io.duckherder.sql.SqlText;
import java.util.stream.Stream;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Values that DuckDB gives to columns of a table, and Spark does not know of: defaults such as a
 * sequence's next value, and generated columns. Where a statement leaves such a column out, Spark
 * gives NULL, as it does where NULL is meant.
 */
final class HiddenValues {
  private static final String HIDDEN = "duckdb.hiddenDefault";
  private static final String GENERATED = "duckdb.generated";
  private static final String KNOWN = "CURRENT_DEFAULT";

  private HiddenValues() {}

  /**
   * Marks a column that has such a value, if Spark does not know it.
   *
   * @param generated whether DuckDB calculates it from others
   * @param metadata where the mark goes
   */
  static void mark(StructField column, boolean generated, MetadataBuilder metadata) {
    if (generated) {
      metadata.putBoolean(GENERATED, true);
    } else if (!column.metadata().contains(KNOWN)) {
      metadata.putBoolean(HIDDEN, true);
    }
  }

  /** Whether DuckDB calculates a column from others. */
  static boolean isGenerated(String name, StructType columns) {
    return is(name, columns, GENERATED);
  }

  private static boolean is(String name, StructType columns, String mark) {
    return Stream.of(columns.fields())
        .anyMatch(
            column -> column.name().equalsIgnoreCase(name) && column.metadata().contains(mark));
  }

  /**
   * The value for a column of a new row, which fails if it is NULL and may stand for the default.
   */
  static String require(String value, String name, StructType columns) {
    if (!is(name, columns, HIDDEN)) {
      return value;
    }
    String message =
        ("Cannot write NULL into column \"%s\": it has a default in DuckDB that Spark does not"
                + " know, and NULL may stand for it; give a value, or insert the rows with SQL"
                + " through the cluster")
            .formatted(name);
    return "coalesce(%s, error(%s))".formatted(value, SqlText.literal(message));
  }
}

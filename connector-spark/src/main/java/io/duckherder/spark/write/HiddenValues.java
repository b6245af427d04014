package io.duckherder.spark.write;

import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
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

  /** The columns of a table, with a mark on those that have such a value. */
  static StructType mark(WriteTarget target, StructType columns) {
    Map<String, Boolean> generated = generated(target);
    List<StructField> marked = new ArrayList<>();
    for (StructField column : columns.fields()) {
      Boolean found = generated.get(column.name().toLowerCase(Locale.ROOT));
      boolean hidden = found != null && (found || !column.metadata().contains(KNOWN));
      marked.add(hidden ? marked(column, Boolean.TRUE.equals(found) ? GENERATED : HIDDEN) : column);
    }
    return DataTypes.createStructType(marked);
  }

  /** The columns with a default or a generated value, and which of the two. */
  private static Map<String, Boolean> generated(WriteTarget target) {
    String sql =
        """
        SELECT lower(column_name), is_generated FROM duckdb_columns()
        WHERE lower(database_name) = lower(%s) AND lower(schema_name) = lower(%s)
        AND lower(table_name) = lower(%s) AND upper(coalesce(column_default, 'NULL')) <> 'NULL'"""
            .formatted(
                SqlText.literal(target.schema().database()),
                SqlText.literal(target.schema().schema()),
                SqlText.literal(target.name()));
    return target.source().sql().read(sql).stream()
        .collect(
            Collectors.toMap(
                row -> String.valueOf(row.get(0)),
                row -> Boolean.valueOf(String.valueOf(row.get(1)))));
  }

  private static StructField marked(StructField column, String mark) {
    return DataTypes.createStructField(
        column.name(),
        column.dataType(),
        column.nullable(),
        new MetadataBuilder().withMetadata(column.metadata()).putBoolean(mark, true).build());
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

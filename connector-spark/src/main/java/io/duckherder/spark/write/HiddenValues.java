package io.duckherder.spark.write;

import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Defaults of a table's columns that Spark does not know, such as a sequence's next value. Where a
 * statement leaves such a column out, Spark gives NULL, as it does where NULL is meant; so neither
 * is written.
 */
final class HiddenDefaults {
  private static final String HIDDEN = "duckdb.hiddenDefault";
  private static final String KNOWN = "CURRENT_DEFAULT";

  private HiddenDefaults() {}

  /** The columns of a table, with a mark on those that have such a default. */
  static StructType mark(WriteTarget target, StructType columns) {
    Set<String> withDefault = withDefault(target);
    List<StructField> marked = new ArrayList<>();
    for (StructField column : columns.fields()) {
      boolean hidden =
          withDefault.contains(column.name().toLowerCase(Locale.ROOT))
              && !column.metadata().contains(KNOWN);
      marked.add(hidden ? marked(column) : column);
    }
    return DataTypes.createStructType(marked);
  }

  private static Set<String> withDefault(WriteTarget target) {
    String sql =
        """
        SELECT lower(column_name) FROM duckdb_columns()
        WHERE lower(database_name) = lower(%s) AND lower(schema_name) = lower(%s)
        AND lower(table_name) = lower(%s) AND upper(coalesce(column_default, 'NULL')) <> 'NULL'"""
            .formatted(
                SqlText.literal(target.schema().database()),
                SqlText.literal(target.schema().schema()),
                SqlText.literal(target.name()));
    return target.source().sql().read(sql).stream()
        .map(row -> String.valueOf(row.get(0)))
        .collect(Collectors.toSet());
  }

  private static StructField marked(StructField column) {
    return DataTypes.createStructField(
        column.name(),
        column.dataType(),
        column.nullable(),
        new MetadataBuilder().withMetadata(column.metadata()).putBoolean(HIDDEN, true).build());
  }

  /**
   * The value for a column of a new row, which fails if it is NULL and may stand for the default.
   */
  static String require(String value, String name, StructType columns) {
    for (StructField column : columns.fields()) {
      if (column.name().equalsIgnoreCase(name) && column.metadata().contains(HIDDEN)) {
        String message =
            ("Cannot write NULL into column \"%s\": it has a default in DuckDB that Spark does not"
                    + " know, and NULL may stand for it; give a value, or insert the rows with SQL"
                    + " through the cluster")
                .formatted(name);
        return "coalesce(%s, error(%s))".formatted(value, SqlText.literal(message));
      }
    }
    return value;
  }
}

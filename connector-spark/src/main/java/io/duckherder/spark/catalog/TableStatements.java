package io.duckherder.spark.catalog;

import io.duckherder.spark.type.DuckDBTypes;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/** The SQL that makes tables. */
public final class TableStatements {
  private static final String PROVIDER = "duckherder";

  /** What Spark adds by itself, and DuckDB has nothing for. */
  private static final Set<String> IGNORED = Set.of(TableCatalog.PROP_OWNER);

  private TableStatements() {}

  /** Makes a table with its comments. */
  public static List<String> create(
      String table, Column[] columns, Transform[] partitions, Map<String, String> properties) {
    requireNoPartitions(partitions);
    List<String> definitions = new ArrayList<>();
    for (Column column : columns) {
      definitions.add(definition(column));
    }
    List<String> statements = new ArrayList<>();
    statements.add("CREATE TABLE " + table + " (" + String.join(", ", definitions) + ")");
    for (Column column : columns) {
      @Nullable String comment = column.comment();
      if (comment != null) {
        statements.add(commentOnColumn(table, column.name(), comment));
      }
    }
    properties.forEach((key, value) -> set(table, key, value, statements));
    return statements;
  }

  private static void requireNoPartitions(Transform[] partitions) {
    if (partitions.length > 0) {
      throw Unsupported.because(
          "make a table with PARTITIONED BY or CLUSTERED BY",
          "DuckDB's tables have no partitions; leave the clause out");
    }
  }

  private static String definition(Column column) {
    StringBuilder sql = new StringBuilder(SqlText.identifier(column.name()));
    sql.append(' ').append(type(column.name(), column.dataType()));
    if (column.defaultValue() != null) {
      sql.append(" DEFAULT ")
          .append(DefaultValues.toDuckDB(column.name(), column.defaultValue().getSql()));
    }
    return sql.append(column.nullable() ? "" : " NOT NULL").toString();
  }

  static String type(String column, DataType type) {
    return DuckDBTypes.of(type)
        .orElseThrow(
            () ->
                Unsupported.because(
                    "make column \"%s\" of type %s".formatted(column, type.sql()),
                    "DuckDB has no type that Spark would read back as this one"));
  }

  /** A property of a new table: its comment, or what means nothing here. */
  private static void set(String table, String key, String value, List<String> statements) {
    boolean ours = key.equals(TableCatalog.PROP_PROVIDER) && value.equalsIgnoreCase(PROVIDER);
    if (IGNORED.contains(key) || ours) {
      return;
    }
    if (key.equals(TableCatalog.PROP_PROVIDER)) {
      throw Unsupported.because(
          "make a table USING " + value.toLowerCase(Locale.ROOT),
          "the tables of this catalog are DuckDB's; leave USING out");
    }
    statements.add(setProperty(table, key, value));
  }

  static String setProperty(String table, String key, @Nullable String value) {
    if (!key.equals(TableCatalog.PROP_COMMENT)) {
      throw Unsupported.because(
          "set the property \"%s\" of a table".formatted(key),
          "DuckDB keeps a comment with a table, and no other properties");
    }
    return "COMMENT ON TABLE " + table + " IS " + text(value);
  }

  static String commentOnColumn(String table, String column, @Nullable String comment) {
    return "COMMENT ON COLUMN %s.%s IS %s"
        .formatted(table, SqlText.identifier(column), text(comment));
  }

  private static String text(@Nullable String value) {
    return value == null ? "NULL" : SqlText.literal(value);
  }

  static String path(String[] names) {
    return List.of(names).stream().map(SqlText::identifier).collect(Collectors.joining("."));
  }
}

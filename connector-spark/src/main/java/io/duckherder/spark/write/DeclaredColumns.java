package io.duckherder.spark.write;

import io.duckherder.spark.catalog.Names;
import io.duckherder.spark.type.SparkTypes;
import io.duckherder.wire.write.PlannedColumns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table as DuckDB declares them when a write of it is planned. Those that Spark
 * knows may be older: a stream keeps the ones that it began with. Driver-only.
 */
final class DeclaredColumns {
  private DeclaredColumns() {}

  /** What DuckDB says of a column. */
  private record Declared(String type, boolean generated, boolean valued) {}

  /**
   * The columns that Spark knows, with their types in DuckDB's own words, and with a mark on those
   * that have {@link HiddenValues}. Fails if one that is written has another type by now.
   *
   * @param columns those that Spark knows
   * @param rows the columns that Spark gives
   */
  static StructType of(WriteTarget target, StructType columns, StructType rows) {
    Map<String, Declared> declared = read(target);
    Map<String, String> types = new LinkedHashMap<>();
    declared.forEach((name, column) -> types.put(name, column.type()));
    planned(target, columns, rows).ifPresent(planned -> planned.requireUnchanged(types));
    List<StructField> found = new ArrayList<>();
    for (StructField column : columns.fields()) {
      found.add(find(column.name(), declared).map(now -> declared(column, now)).orElse(column));
    }
    return DataTypes.createStructType(found);
  }

  /**
   * What has to be so still when the rows are inserted; empty if nothing is known of the table.
   *
   * @param columns those of the table
   * @param rows the columns that Spark gives
   */
  static Optional<PlannedColumns> planned(WriteTarget target, StructType columns, StructType rows) {
    Map<String, String> types = new LinkedHashMap<>();
    for (StructField column : columns.fields()) {
      boolean given = List.of(rows.fieldNames()).stream().anyMatch(column.name()::equalsIgnoreCase);
      if (given && column.metadata().contains(SparkTypes.DUCKDB_TYPE)) {
        types.put(column.name(), column.metadata().getString(SparkTypes.DUCKDB_TYPE));
      }
    }
    return types.isEmpty()
        ? Optional.empty()
        : Optional.of(new PlannedColumns(target.schema().schema(), target.name(), types));
  }

  private static Map<String, Declared> read(WriteTarget target) {
    String sql =
        """
        SELECT column_name, data_type, is_generated, upper(coalesce(column_default, 'NULL')) <> 'NULL'
        FROM duckdb_columns() WHERE %s AND %s AND %s"""
            .formatted(
                Names.is("database_name", target.schema().database()),
                Names.is("schema_name", target.schema().schema()),
                Names.is("table_name", target.name()));
    Map<String, Declared> columns = new LinkedHashMap<>();
    for (List<@Nullable String> row : target.source().sql().read(sql)) {
      columns.put(
          String.valueOf(row.get(0)),
          new Declared(
              String.valueOf(row.get(1)),
              Boolean.parseBoolean(row.get(2)),
              Boolean.parseBoolean(row.get(3))));
    }
    return columns;
  }

  private static Optional<Declared> find(String name, Map<String, Declared> declared) {
    return Optional.ofNullable(declared.get(name))
        .or(
            () ->
                declared.entrySet().stream()
                    .filter(column -> column.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .findFirst());
  }

  private static StructField declared(StructField column, Declared now) {
    MetadataBuilder metadata =
        new MetadataBuilder()
            .withMetadata(column.metadata())
            .putString(SparkTypes.DUCKDB_TYPE, now.type());
    if (now.valued()) {
      HiddenValues.mark(column, now.generated(), metadata);
    }
    return DataTypes.createStructField(
        column.name(), column.dataType(), column.nullable(), metadata.build());
  }
}

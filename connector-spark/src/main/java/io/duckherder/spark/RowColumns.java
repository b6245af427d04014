package io.duckherder.spark;

import io.duckherder.plan.RowColumn;
import io.duckherder.spark.type.SparkTypes;
import io.duckherder.spark.type.TimeForm;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a table's rows have besides their columns, which Spark calls metadata columns. One whose
 * name a column of the table has, in any case, is left out. Driver-only.
 */
record RowColumns(List<RowColumn> columns) {
  /** Those of views and queries. */
  static final RowColumns NONE = new RowColumns(List.of());

  private static final String DUCKDB_ROWID = "rowid";

  RowColumns {
    columns = List.copyOf(columns);
  }

  /** Those of a table with the columns of a schema. */
  static RowColumns beside(StructType schema) {
    Set<String> names =
        Stream.of(schema.fieldNames())
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return new RowColumns(
        Arrays.stream(RowColumn.values())
            .filter(column -> !names.contains(column.columnName()))
            .toList());
  }

  /**
   * The column of a table, if there is one, that hides what rows to change are found by: the rowid
   * by the name under which it is read, or by DuckDB's own. Reads rename columns and see through
   * the latter; statements that change rows cannot.
   */
  static Optional<String> hidingRowids(StructType schema) {
    return Stream.of(schema.fieldNames())
        .filter(
            name ->
                name.equalsIgnoreCase(RowColumn.ROWID.columnName())
                    || name.equalsIgnoreCase(DUCKDB_ROWID))
        .findFirst();
  }

  /** A schema with these behind its own columns. */
  StructType behind(StructType schema) {
    return DataTypes.createStructType(
        Stream.concat(Stream.of(schema.fields()), columns.stream().map(RowColumns::field))
            .toArray(StructField[]::new));
  }

  private static StructField field(RowColumn column) {
    StructField field = DuckherderSchema.field(column.columnName(), type(column), column.type());
    return DataTypes.createStructField(
        field.name(), field.dataType(), isNullable(column), field.metadata());
  }

  private static boolean isNullable(RowColumn column) {
    return column != RowColumn.ROWID;
  }

  /** Those among names. */
  Set<RowColumn> among(Collection<String> names) {
    Set<RowColumn> found = EnumSet.noneOf(RowColumn.class);
    columns.stream().filter(column -> names.contains(column.columnName())).forEach(found::add);
    return found;
  }

  MetadataColumn[] metadata() {
    return columns.stream().map(Metadata::new).toArray(MetadataColumn[]::new);
  }

  private static DataType type(RowColumn column) {
    return new SparkTypes(TimeForm.TEXT).of(column.type()).orElseThrow();
  }

  private record Metadata(RowColumn column) implements MetadataColumn {
    @Override
    public String name() {
      return column.columnName();
    }

    @Override
    public DataType dataType() {
      return type(column);
    }

    @Override
    public boolean isNullable() {
      return RowColumns.isNullable(column);
    }

    @Override
    public String comment() {
      return switch (column) {
        case ROWID -> "rowid in the snapshot that is read; another snapshot may have another";
        case ROW_GROUP -> "row group in the snapshot that is read";
        case SNAPSHOT -> "number of the snapshot that is read";
      };
    }
  }
}

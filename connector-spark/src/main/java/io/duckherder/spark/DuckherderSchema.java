package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.spark.catalog.CatalogColumn;
import io.duckherder.spark.catalog.DefaultValues;
import io.duckherder.spark.type.NarrowType;
import io.duckherder.spark.type.SparkTypes;
import io.duckherder.sql.DuckDBType;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Spark schemas that remember the DuckDB type of each column in its metadata, under {@value
 * SparkTypes#DUCKDB_TYPE}. A column of a type that Spark has none for stands in the schema as
 * binary: the others can be read, and to select it is an error.
 */
final class DuckherderSchema {
  private static final String UNREADABLE = "duckdb.unreadable";

  private DuckherderSchema() {}

  static StructType of(List<ResultColumn> columns, SparkTypes types) {
    return DataTypes.createStructType(
        columns.stream().map(column -> field(column, types)).toArray(StructField[]::new));
  }

  /** The columns of a table or view of a catalog, with comments and what may be NULL. */
  static StructType ofCatalog(List<CatalogColumn> columns, SparkTypes types) {
    return DataTypes.createStructType(
        columns.stream().map(column -> field(column, types)).toArray(StructField[]::new));
  }

  private static StructField field(CatalogColumn column, SparkTypes types) {
    StructField plain = field(new ResultColumn(column.name(), column.type()), types);
    MetadataBuilder metadata = new MetadataBuilder().withMetadata(plain.metadata());
    column.comment().ifPresent(text -> metadata.putString("comment", text));
    column
        .defaultValue()
        .filter(text -> isScalar(plain.dataType()))
        .flatMap(DefaultValues::toSpark)
        .ifPresent(
            text -> metadata.putString("CURRENT_DEFAULT", text).putString("EXISTS_DEFAULT", text));
    return DataTypes.createStructField(
        plain.name(), plain.dataType(), !column.notNull(), metadata.build());
  }

  /** Whether DuckDB's text of a value means one of the type to Spark: that of a union does not. */
  private static boolean isScalar(DataType type) {
    return !(type instanceof StructType || type instanceof ArrayType || type instanceof MapType);
  }

  private static StructField field(ResultColumn column, SparkTypes types) {
    Optional<DataType> type = types.of(column.type());
    Metadata metadata =
        new MetadataBuilder()
            .putString(SparkTypes.DUCKDB_TYPE, column.type())
            .putBoolean(UNREADABLE, type.isEmpty())
            .build();
    return DataTypes.createStructField(
        column.name(), type.orElse(DataTypes.BinaryType), true, metadata);
  }

  /** A column that can be read. */
  static StructField field(String name, DataType type, String duckdbType) {
    Metadata metadata =
        new MetadataBuilder()
            .putString(SparkTypes.DUCKDB_TYPE, duckdbType)
            .putBoolean(UNREADABLE, false)
            .build();
    return DataTypes.createStructField(name, type, true, metadata);
  }

  /**
   * A column of which Spark wants some fields of structs.
   *
   * @param wanted its type with these fields alone
   */
  static StructField narrowed(StructField field, DataType wanted) {
    if (wanted.equals(field.dataType()) || field.metadata().getBoolean(UNREADABLE)) {
      return field;
    }
    NarrowType narrow =
        NarrowType.of(field.dataType(), DuckDBType.parse(duckdbType(field)), wanted);
    return narrow.sparkType().equals(field.dataType())
        ? field
        : DataTypes.createStructField(
            field.name(),
            narrow.sparkType(),
            field.nullable(),
            new MetadataBuilder()
                .withMetadata(field.metadata())
                .putString(SparkTypes.DUCKDB_TYPE, narrow.duckdbType().toString())
                .build());
  }

  /** Whether a type that DuckDB describes is a column's. */
  static boolean isOfType(StructField field, String described) {
    String type = duckdbType(field);
    return type.equals(described)
        || (field.dataType() instanceof StructType || field.dataType() instanceof ArrayType)
            && DuckDBType.parse(type).equals(DuckDBType.parse(described));
  }

  static String duckdbType(StructField field) {
    return field.metadata().getString(SparkTypes.DUCKDB_TYPE);
  }

  /** Fails if Spark has no type for a column. */
  static void requireReadable(StructField field) {
    if (field.metadata().getBoolean(UNREADABLE)) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED_TYPE,
          ("Cannot read column \"%1$s\": Spark has no type for DuckDB's %2$s; select the other"
                  + " columns, or read it as text with the option query and"
                  + " CAST(\"%1$s\" AS VARCHAR)")
              .formatted(field.name(), duckdbType(field)));
    }
  }
}

package io.duckherder.cluster.catalog;

import io.duckherder.plan.ResultColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Schemas as clients are told them: Arrow's types, with DuckDB's type of each column in the
 * metadata under {@code duckdb.type} and under the names that JDBC drivers read.
 */
public final class ColumnSchemas {
  /** Metadata key of the DuckDB type, as DESCRIBE writes it. */
  public static final String DUCKDB_TYPE = "duckdb.type";

  private ColumnSchemas() {}

  /** The table that columns come from, where it is known. */
  public record TableName(String catalog, String schema, String table) {}

  /** A schema whose fields carry the types of their columns. */
  public static Schema describe(Schema schema, List<ResultColumn> columns) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < schema.getFields().size(); i++) {
      Field field = schema.getFields().get(i);
      fields.add(describe(field, columns.get(i), metadata(field, columns.get(i).type()), true));
    }
    return new Schema(fields, schema.getCustomMetadata());
  }

  /** A column of a table. */
  public static Field describe(
      Field field, ResultColumn column, TableName table, boolean nullable) {
    FlightSqlColumnMetadata.Builder metadata =
        metadata(field, column.type())
            .catalogName(table.catalog())
            .schemaName(table.schema())
            .tableName(table.table());
    return describe(field, column, metadata, nullable);
  }

  private static Field describe(
      Field field,
      ResultColumn column,
      FlightSqlColumnMetadata.Builder metadata,
      boolean nullable) {
    Map<String, String> entries = new HashMap<>(field.getMetadata());
    entries.putAll(metadata.build().getMetadataMap());
    entries.put(DUCKDB_TYPE, column.type());
    return new Field(
        column.name(),
        new FieldType(nullable, field.getType(), field.getDictionary(), entries),
        field.getChildren());
  }

  private static FlightSqlColumnMetadata.Builder metadata(Field field, String type) {
    FlightSqlColumnMetadata.Builder metadata =
        new FlightSqlColumnMetadata.Builder()
            .typeName(type)
            .isAutoIncrement(false)
            .isCaseSensitive(field.getType() instanceof ArrowType.Utf8)
            .isReadOnly(true)
            .isSearchable(true);
    int precision = precision(field.getType());
    if (precision > 0) {
      metadata.precision(precision).scale(scale(field.getType()));
    }
    return metadata;
  }

  private static int precision(ArrowType type) {
    if (type instanceof ArrowType.Decimal decimal) {
      return decimal.getPrecision();
    }
    if (type instanceof ArrowType.Int integer) {
      return switch (integer.getBitWidth()) {
        case 8 -> 3;
        case 16 -> 5;
        case 32 -> 10;
        default -> integer.getIsSigned() ? 19 : 20;
      };
    }
    if (type instanceof ArrowType.FloatingPoint floating) {
      return floating.getPrecision().getFlatbufID() == 2 ? 17 : 9;
    }
    return 0;
  }

  private static int scale(ArrowType type) {
    return type instanceof ArrowType.Decimal decimal ? decimal.getScale() : 0;
  }
}

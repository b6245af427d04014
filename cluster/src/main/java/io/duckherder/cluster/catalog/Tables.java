package io.duckherder.cluster.catalog;

import io.duckherder.error.DuckherderException;
import io.duckherder.plan.ResultColumn;
import io.duckherder.sql.SqlText;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Databases, schemas, tables and their columns. */
public final class Tables {
  private static final String TABLES =
      """
      SELECT database_name, schema_name, table_name, 'TABLE' AS table_type FROM duckdb_tables()
      WHERE NOT internal AND NOT temporary
      UNION ALL
      SELECT database_name, schema_name, view_name, 'VIEW' FROM duckdb_views()
      WHERE NOT internal AND NOT temporary
      """;

  private final CatalogReader reader;
  private final DuckDBEngine engine;

  public Tables(CatalogReader reader, DuckDBEngine engine) {
    this.reader = reader;
    this.engine = engine;
  }

  /** Rows of {@link Schemas#GET_CATALOGS_SCHEMA}. */
  public List<List<@Nullable Object>> catalogs() {
    return reader.rows(
        "SELECT database_name FROM duckdb_databases() WHERE database_name IN (${databases})"
            + " ORDER BY 1",
        List.of());
  }

  /** Rows of {@link Schemas#GET_TABLE_TYPES_SCHEMA}. */
  public List<List<@Nullable Object>> tableTypes() {
    return List.of(List.of("TABLE"), List.of("VIEW"));
  }

  /** Rows of {@link Schemas#GET_SCHEMAS_SCHEMA}. */
  public List<List<@Nullable Object>> schemas(CommandGetDbSchemas command) {
    NameFilter filter =
        new NameFilter()
            .equal("database_name", command.hasCatalog(), command.getCatalog())
            .like(
                "schema_name",
                command.hasDbSchemaFilterPattern(),
                command.getDbSchemaFilterPattern());
    return reader.rows(
        "SELECT database_name, schema_name FROM duckdb_schemas()"
            + " WHERE database_name IN (${databases})"
            + " AND schema_name NOT IN ('information_schema', 'pg_catalog')"
            + filter.sql()
            + " ORDER BY 1, 2",
        filter.parameters());
  }

  /** The schema of {@link #tables}. */
  public static Schema tablesSchema(CommandGetTables command) {
    return command.getIncludeSchema()
        ? Schemas.GET_TABLES_SCHEMA
        : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA;
  }

  /** Rows of {@link #tablesSchema}. */
  public List<List<@Nullable Object>> tables(CommandGetTables command) {
    NameFilter filter =
        new NameFilter()
            .equal("database_name", command.hasCatalog(), command.getCatalog())
            .like(
                "schema_name",
                command.hasDbSchemaFilterPattern(),
                command.getDbSchemaFilterPattern())
            .like(
                "table_name",
                command.hasTableNameFilterPattern(),
                command.getTableNameFilterPattern())
            .anyOf("table_type", List.copyOf(command.getTableTypesList()));
    return reader.onConnection(
        connection -> {
          List<List<@Nullable Object>> tables =
              reader.rows(
                  connection,
                  "SELECT * FROM ("
                      + TABLES
                      + ") WHERE database_name IN (${databases})"
                      + filter.sql()
                      + " ORDER BY table_type, database_name, schema_name, table_name",
                  filter.parameters());
          return command.getIncludeSchema()
              ? tables.stream().map(table -> withSchema(connection, table)).toList()
              : tables;
        });
  }

  private List<@Nullable Object> withSchema(
      EngineConnection connection, List<@Nullable Object> table) {
    List<@Nullable Object> row = new ArrayList<>(table);
    row.add(bytes(schema(connection, table)));
    return row;
  }

  private Schema schema(EngineConnection connection, List<@Nullable Object> row) {
    List<String> names = row.stream().map(String::valueOf).toList();
    ColumnSchemas.TableName table =
        new ColumnSchemas.TableName(names.get(0), names.get(1), names.get(2));
    List<Field> fields = new ArrayList<>();
    List<ResultColumn> columns = new ArrayList<>();
    List<Boolean> nullable = new ArrayList<>();
    for (List<@Nullable Object> column :
        reader.rows(
            connection,
            "SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE"
                + " database_name = ? AND schema_name = ? AND table_name = ? ORDER BY column_index",
            names.subList(0, 3))) {
      columns.add(new ResultColumn(String.valueOf(column.get(0)), String.valueOf(column.get(1))));
      nullable.add(Boolean.TRUE.equals(column.get(2)));
    }
    List<Field> arrow = arrowFields(connection, columns);
    for (int i = 0; i < columns.size(); i++) {
      fields.add(ColumnSchemas.describe(arrow.get(i), columns.get(i), table, nullable.get(i)));
    }
    return new Schema(fields);
  }

  /** All at once; one by one only where a type has no Arrow form, which then shows as text. */
  private List<Field> arrowFields(EngineConnection connection, List<ResultColumn> columns) {
    try {
      return engine.schema(connection, nulls(columns)).getFields();
    } catch (DuckherderException e) {
      return columns.stream().map(column -> arrowField(connection, column)).toList();
    }
  }

  private Field arrowField(EngineConnection connection, ResultColumn column) {
    try {
      return engine.schema(connection, nulls(List.of(column))).getFields().get(0);
    } catch (DuckherderException e) {
      List<ResultColumn> text = List.of(new ResultColumn(column.name(), "VARCHAR"));
      return engine.schema(connection, nulls(text)).getFields().get(0);
    }
  }

  private static String nulls(List<ResultColumn> columns) {
    return columns.stream()
        .map(c -> "CAST(NULL AS " + c.type() + ") AS " + SqlText.identifier(c.name()))
        .collect(Collectors.joining(", ", "SELECT ", ""));
  }

  /** A schema as Flight SQL embeds it. */
  public static byte[] bytes(Schema schema) {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      MessageSerializer.serialize(new WriteChannel(Channels.newChannel(out)), schema);
      return out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("Memory takes all bytes", e);
    }
  }
}

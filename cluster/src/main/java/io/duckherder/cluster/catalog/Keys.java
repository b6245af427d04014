package io.duckherder.cluster.catalog;

import java.util.List;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetCrossReference;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetExportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetImportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetPrimaryKeys;
import org.jspecify.annotations.Nullable;

/** Primary and foreign keys. */
public final class Keys {
  /** DuckDB refuses changes that would break a key: JDBC's "no action" in both directions. */
  private static final int NO_ACTION = 3;

  private static final String PRIMARY =
      """
      SELECT database_name, schema_name, table_name, unnest(constraint_column_names),
        generate_subscripts(constraint_column_names, 1)::INTEGER, constraint_name
      FROM duckdb_constraints()
      WHERE constraint_type = 'PRIMARY KEY' AND database_name IN (${databases})
      """;

  private static final String FOREIGN =
      """
      SELECT f.database_name, f.schema_name, f.referenced_table,
        unnest(f.referenced_column_names),
        f.database_name, f.schema_name, f.table_name, unnest(f.constraint_column_names),
        generate_subscripts(f.constraint_column_names, 1)::INTEGER AS key_sequence,
        f.constraint_name,
        (SELECT p.constraint_name FROM duckdb_constraints() p
         WHERE p.constraint_type IN ('PRIMARY KEY', 'UNIQUE')
           AND p.database_name = f.database_name AND p.schema_name = f.schema_name
           AND p.table_name = f.referenced_table
           AND p.constraint_column_names = f.referenced_column_names
         LIMIT 1), %1$d, %1$d
      FROM duckdb_constraints() f
      WHERE f.constraint_type = 'FOREIGN KEY' AND f.database_name IN (${databases})
      """
          .formatted(NO_ACTION);

  private final CatalogReader reader;

  public Keys(CatalogReader reader) {
    this.reader = reader;
  }

  /** Rows of GET_PRIMARY_KEYS. */
  public List<List<@Nullable Object>> primary(CommandGetPrimaryKeys command) {
    NameFilter filter =
        new NameFilter()
            .equal("database_name", command.hasCatalog(), command.getCatalog())
            .equal("schema_name", command.hasDbSchema(), command.getDbSchema())
            .equal("table_name", true, command.getTable());
    return reader.rows(PRIMARY + filter.sql() + " ORDER BY 1, 2, 3, 5", filter.parameters());
  }

  /** Rows of GET_EXPORTED_KEYS: those that refer to a table. */
  public List<List<@Nullable Object>> exported(CommandGetExportedKeys command) {
    NameFilter filter =
        new NameFilter()
            .equal("f.database_name", command.hasCatalog(), command.getCatalog())
            .equal("f.schema_name", command.hasDbSchema(), command.getDbSchema())
            .equal("f.referenced_table", true, command.getTable());
    return foreign(filter);
  }

  /** Rows of GET_IMPORTED_KEYS: those that a table has. */
  public List<List<@Nullable Object>> imported(CommandGetImportedKeys command) {
    NameFilter filter =
        new NameFilter()
            .equal("f.database_name", command.hasCatalog(), command.getCatalog())
            .equal("f.schema_name", command.hasDbSchema(), command.getDbSchema())
            .equal("f.table_name", true, command.getTable());
    return foreign(filter);
  }

  /** Rows of GET_CROSS_REFERENCE: those by which one table refers to another. */
  public List<List<@Nullable Object>> crossReference(CommandGetCrossReference command) {
    NameFilter filter =
        new NameFilter()
            .equal("f.database_name", command.hasPkCatalog(), command.getPkCatalog())
            .equal("f.schema_name", command.hasPkDbSchema(), command.getPkDbSchema())
            .equal("f.referenced_table", true, command.getPkTable())
            .equal("f.database_name", command.hasFkCatalog(), command.getFkCatalog())
            .equal("f.schema_name", command.hasFkDbSchema(), command.getFkDbSchema())
            .equal("f.table_name", true, command.getFkTable());
    return foreign(filter);
  }

  private List<List<@Nullable Object>> foreign(NameFilter filter) {
    return reader.rows(
        FOREIGN + filter.sql() + " ORDER BY 1, 2, 3, 5, 6, 7, key_sequence", filter.parameters());
  }
}

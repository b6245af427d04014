package io.duckherder.cluster.managed;

import io.duckherder.cluster.Rows;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that is in the databases sales and stock, as text: every definition and every row. */
final class DatabaseContents {
  private static final String HERE = " WHERE database_name IN ('sales', 'stock') ";
  private static final String OWN = HERE + "AND NOT internal ORDER BY ALL";

  private static final Map<String, String> DEFINITIONS =
      Map.of(
          "schemas",
          "SELECT database_name, schema_name FROM duckdb_schemas()" + HERE + "ORDER BY ALL",
          "tables",
          "SELECT database_name, schema_name, table_name, comment, sql FROM duckdb_tables()" + OWN,
          "views",
          "SELECT database_name, schema_name, view_name, comment, sql FROM duckdb_views()" + OWN,
          "columns",
          "SELECT database_name, table_name, column_name, column_default, is_nullable, data_type,"
              + " comment FROM duckdb_columns()"
              + OWN,
          "sequences",
          "SELECT * EXCLUDE (database_oid, schema_oid, sequence_oid) FROM duckdb_sequences()"
              + HERE
              + "ORDER BY ALL",
          "types",
          "SELECT database_name, schema_name, type_name, logical_type, comment, labels FROM"
              + " duckdb_types()"
              + OWN,
          "macros",
          "SELECT schema_name, function_name, function_type, parameters, macro_definition, comment"
              + " FROM duckdb_functions()"
              + OWN,
          "indexes",
          "SELECT index_name, table_name, is_unique, sql, comment FROM duckdb_indexes()"
              + HERE
              + "ORDER BY ALL",
          "constraints",
          "SELECT database_name, table_name, constraint_type, constraint_text FROM"
              + " duckdb_constraints()"
              + HERE
              + "ORDER BY ALL");

  private DatabaseContents() {}

  /** What is there, by kind of definition, and by table and view. */
  static Map<String, List<List<String>>> of(Connection connection) throws SQLException {
    Map<String, List<List<String>>> contents = new LinkedHashMap<>();
    for (Map.Entry<String, String> question : DEFINITIONS.entrySet()) {
      contents.put(question.getKey(), texts(connection, "(" + question.getValue() + ")"));
    }
    List<List<String>> relations =
        Rows.of(
            connection,
            "SELECT database_name, schema_name, table_name FROM duckdb_tables()"
                + HERE
                + "UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views()"
                + HERE
                + "AND NOT internal ORDER BY ALL");
    for (List<String> name : relations) {
      String table = SqlText.qualified(name);
      contents.put(table, texts(connection, table));
    }
    return contents;
  }

  /** The rows in DuckDB's own words. */
  private static List<List<String>> texts(Connection connection, String relation)
      throws SQLException {
    return Rows.of(
        connection, "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM " + relation + " ORDER BY ALL");
  }
}

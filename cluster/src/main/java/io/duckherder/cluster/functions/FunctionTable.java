package io.duckherder.cluster.functions;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.sql.SqlText;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * What a table function gives: on a connection it becomes a macro over a temporary table, so that
 * DuckDB sees a relation like any other.
 *
 * @param function its name
 * @param columns its columns as CREATE TABLE wants them
 * @param rows its rows
 */
record FunctionTable(String function, String columns, List<List<@Nullable Object>> rows) {
  FunctionTable {
    rows = List.copyOf(rows);
  }

  FunctionTable withoutRows() {
    return new FunctionTable(function, columns, List.of());
  }

  private String table() {
    return function + "_rows";
  }

  private String qualifiedTable() {
    return SqlText.qualified("temp", "main", table());
  }

  void define(DuckDBConnection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE OR REPLACE TEMP TABLE " + qualifiedTable() + columns);
      statement.execute(
          "CREATE OR REPLACE TEMP MACRO %s() AS TABLE FROM %s"
              .formatted(function, qualifiedTable()));
    }
    if (!rows.isEmpty()) {
      try (DuckDBAppender appender = connection.createAppender("temp", "main", table())) {
        for (List<@Nullable Object> row : rows) {
          append(appender, row);
        }
      }
    }
  }

  private static void append(DuckDBAppender appender, List<@Nullable Object> row)
      throws SQLException {
    appender.beginRow();
    for (@Nullable Object value : row) {
      if (value == null) {
        appender.appendNull();
      } else if (value instanceof Number number) {
        appender.append(number.longValue());
      } else if (value instanceof Instant instant) {
        appender.append(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
      } else if (value instanceof Boolean truth) {
        appender.append(truth.booleanValue());
      } else {
        appender.append(value.toString());
      }
    }
    appender.endRow();
  }

  void drop(DuckDBConnection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP MACRO TABLE IF EXISTS temp.main." + function);
      statement.execute("DROP TABLE IF EXISTS " + qualifiedTable());
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

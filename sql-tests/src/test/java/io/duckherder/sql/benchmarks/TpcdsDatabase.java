package io.duckherder.sql.benchmarks;

import io.trino.tpcds.Results;
import io.trino.tpcds.Session;
import io.trino.tpcds.Table;
import io.trino.tpcds.column.Column;
import io.trino.tpcds.column.ColumnType;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The 24 TPC-DS tables, with the rows of the reference generator. Surrogate keys are INTEGER, other
 * identifiers BIGINT, and CHAR is VARCHAR, which is what it is in DuckDB.
 */
final class TpcdsDatabase {
  private TpcdsDatabase() {}

  /** Makes and fills the tables in the current schema of a connection. */
  static void fill(Connection connection, double scale) throws SQLException {
    Session session = Session.getDefaultSession().withScale(scale);
    for (Table table : Table.getBaseTables()) {
      if (table != Table.DBGEN_VERSION) {
        create(connection, table);
      }
    }
    for (Table table : Table.getBaseTables()) {
      if (table != Table.DBGEN_VERSION && !table.isChild()) {
        fill(connection, table, session);
      }
    }
  }

  private static void create(Connection connection, Table table) throws SQLException {
    String columns =
        Arrays.stream(table.getColumns())
            .map(column -> column.getName() + " " + type(column))
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + table.getName() + " (" + columns + ")");
    }
  }

  private static String type(Column column) {
    ColumnType type = column.getType();
    return switch (type.getBase()) {
      case INTEGER -> "INTEGER";
      case IDENTIFIER -> column.getName().endsWith("_sk") ? "INTEGER" : "BIGINT";
      case DATE -> "DATE";
      case TIME -> "TIME";
      case DECIMAL ->
          "DECIMAL(%d, %d)".formatted(type.getPrecision().orElseThrow(), type.getScale().orElse(0));
      case CHAR, VARCHAR -> "VARCHAR";
    };
  }

  /** Fills a table and the one of returns that comes with it. One transaction: one commit. */
  private static void fill(Connection connection, Table table, Session session)
      throws SQLException {
    List<Table> tables = table.hasChild() ? List.of(table, table.getChild()) : List.of(table);
    List<DuckDBAppender> appenders = new ArrayList<>();
    connection.setAutoCommit(false);
    try {
      for (Table each : tables) {
        appenders.add(((DuckDBConnection) connection).createAppender(each.getName()));
      }
      for (List<List<String>> rows : Results.constructResults(table, session)) {
        for (int i = 0; i < rows.size(); i++) {
          append(appenders.get(i), tables.get(i).getColumns(), rows.get(i));
        }
      }
    } finally {
      for (DuckDBAppender appender : appenders) {
        appender.close();
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void append(DuckDBAppender to, Column[] columns, List<@Nullable String> row)
      throws SQLException {
    to.beginRow();
    for (int i = 0; i < columns.length; i++) {
      String value = row.get(i);
      if (value == null) {
        to.appendNull();
      } else {
        append(to, columns[i], value);
      }
    }
    to.endRow();
  }

  private static void append(DuckDBAppender to, Column column, String value) throws SQLException {
    switch (column.getType().getBase()) {
      case INTEGER -> to.append(Integer.parseInt(value));
      case IDENTIFIER -> {
        if (column.getName().endsWith("_sk")) {
          to.append(Integer.parseInt(value));
        } else {
          to.append(Long.parseLong(value));
        }
      }
      case DATE -> to.appendEpochDays((int) LocalDate.parse(value).toEpochDay());
      case DECIMAL ->
          to.append(new BigDecimal(value).setScale(column.getType().getScale().orElse(0)));
      case CHAR, VARCHAR, TIME -> to.append(value);
    }
  }
}

package io.duckherder.cluster.functions;

import io.duckherder.docs.PageTable;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;

/** The functions of the cluster, held against the page that lists them. */
final class TestFunctionsPage {
  private static final List<FunctionTable> TABLES =
      List.of(
          QueryTables.statistics(List.of(), Instant.EPOCH),
          QueryTables.history(List.of()),
          SnapshotTable.of(List.of()),
          WorkerTable.of(List.of()));

  @Test
  void listsTheFunctions() throws IOException {
    Set<String> names = new TreeSet<>(FunctionCalls.TABLES);
    names.addAll(FunctionCalls.ACTIONS);
    names.add(FunctionCalls.COUNT);
    List<List<String>> rows =
        names.stream()
            .map(
                name ->
                    List.of(
                        "`" + name + "`", FunctionCalls.TABLES.contains(name) ? "rows" : "a value"))
            .toList();
    PageTable.requireExplained("functions.md", "functions", rows);
  }

  @Test
  void listsTheirColumns() throws IOException, SQLException {
    for (FunctionTable table : TABLES) {
      PageTable.requireExplained("functions.md", table.function(), columns(table));
    }
  }

  private static List<List<String>> columns(FunctionTable table) throws SQLException {
    List<List<String>> columns = new ArrayList<>();
    try (DuckDBConnection duckdb =
            DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        Statement statement = duckdb.createStatement()) {
      table.define(duckdb);
      try (ResultSet described =
          statement.executeQuery("DESCRIBE FROM " + table.function() + "()")) {
        while (described.next()) {
          columns.add(List.of("`" + described.getString(1) + "`", described.getString(2)));
        }
      }
    }
    return columns;
  }
}

package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tables that decide the rows of a read, where that can be told for certain. */
final class ReadTables {
  private final Set<String> named = new HashSet<>();
  private final Set<String> common = new HashSet<>();

  private ReadTables() {}

  /**
   * Their own names in lower case; empty if the read asks for anything besides, or may. A table
   * that is named but not in the plan was optimised away by what it holds now, so by more than what
   * the plan reads; and behind a view there may be such tables.
   *
   * @param plan of the read
   */
  static Optional<Set<String>> of(JsonNode tree, EstimatedPlan plan, Connection connection) {
    ReadTables tables = new ReadTables();
    tables.add(tree);
    tables.named.removeAll(tables.common);
    boolean all =
        plan.onlyTables()
            && tables.named.stream()
                .allMatch(name -> plan.tables().stream().anyMatch(scanned -> isOf(scanned, name)))
            && plan.tables().stream()
                .allMatch(scanned -> tables.named.stream().anyMatch(name -> isOf(scanned, name)))
            && !isView(tables.named, connection);
    return all ? Optional.of(tables.named) : Optional.empty();
  }

  private void add(JsonNode node) {
    if (node.path("type").asText().equals("BASE_TABLE")) {
      JsonNode path = node.path("qualified_name").path("path");
      named.add(path.path(path.size() - 1).asText().toLowerCase(Locale.ROOT));
    }
    for (JsonNode entry : node.path("cte_map").path("map")) {
      common.add(entry.path("key").asText().toLowerCase(Locale.ROOT));
    }
    node.forEach(this::add);
  }

  /** Whether a plan's name of a table, database and schema before it, is of a table's own name. */
  private static boolean isOf(String scanned, String name) {
    return scanned.replace("\"", "").toLowerCase(Locale.ROOT).endsWith(name.replace("\"", ""));
  }

  private static boolean isView(Set<String> names, Connection connection) {
    String list = names.stream().map(SqlText::literal).collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT view_name FROM \"system\".main.duckdb_views() WHERE "
                    + SqlText.call("lower", "view_name")
                    + " IN ("
                    + list
                    + ") LIMIT 1")) {
      return result.next();
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

package io.duckherder.cluster.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * DuckDB's physical plan of a query, by its estimates.
 *
 * @param tables the tables that it scans, each as often as it is scanned, as DuckDB writes them
 * @param mostRows the most rows that any of its operators is thought to give
 * @param onlyTables whether it reads nothing but tables, and all that the query names
 */
record EstimatedPlan(List<String> tables, long mostRows, boolean onlyTables) {
  private static final ObjectMapper JSON = new ObjectMapper();

  EstimatedPlan {
    tables = List.copyOf(tables);
  }

  /** The plan, if DuckDB gives it. */
  static Optional<EstimatedPlan> of(Connection connection, String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("EXPLAIN (FORMAT JSON) " + sql)) {
      if (!result.next()) {
        return Optional.empty();
      }
      List<String> tables = new ArrayList<>();
      JsonNode plan = JSON.readTree(result.getString(2));
      long rows = add(plan, tables);
      return Optional.of(new EstimatedPlan(tables, rows, onlyTables(plan)));
    } catch (SQLException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** An operator without input that scans no table may stand for one that was optimised away. */
  private static boolean onlyTables(JsonNode node) {
    if (node.isArray()) {
      boolean all = true;
      for (JsonNode child : node) {
        all &= onlyTables(child);
      }
      return all;
    }
    return node.path("children").isEmpty()
        ? node.path("extra_info").has("Table")
        : onlyTables(node.path("children"));
  }

  private static long add(JsonNode node, List<String> tables) {
    JsonNode details = node.path("extra_info");
    if (details.has("Table")) {
      tables.add(details.path("Table").asText());
    }
    long rows = details.path("Estimated Cardinality").asLong(0);
    for (JsonNode child : node.isArray() ? node : node.path("children")) {
      rows = Math.max(rows, add(child, tables));
    }
    return rows;
  }
}

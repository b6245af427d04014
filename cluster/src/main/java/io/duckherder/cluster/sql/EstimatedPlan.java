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
 */
record EstimatedPlan(List<String> tables, long mostRows) {
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
      long rows = add(JSON.readTree(result.getString(2)), tables);
      return Optional.of(new EstimatedPlan(tables, rows));
    } catch (SQLException | JsonProcessingException e) {
      return Optional.empty();
    }
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

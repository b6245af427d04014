package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.layout.TableName;
import io.duckherder.plan.cut.Relation.Scan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds set operations that compare text by a collation. DuckDB writes collations into the
 * expressions of its plan everywhere else; of INTERSECT and EXCEPT only the types of the columns
 * tell, which neither a hash of the values nor rows that were exchanged know of.
 */
final class Collations {
  private Collations() {}

  /** Fails if a query compares rows by INTERSECT or EXCEPT, and reads text with a collation. */
  static void requireNoneCompared(Connection connection, JsonNode root, Query query)
      throws NotCuttable {
    if (compares(root) && (namesCollation(root) || readsCollated(connection, query))) {
      throw new NotCuttable("a set operation compares text by a collation");
    }
  }

  private static boolean compares(JsonNode node) {
    String operation = node.path("setop_type").asText();
    if (operation.equals("INTERSECT") || operation.equals("EXCEPT")) {
      return true;
    }
    for (JsonNode child : node) {
      if (compares(child)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an expression has a collation; the one of bytes stands on every sorted text. */
  private static boolean namesCollation(JsonNode node) {
    if (node.path("class").asText().equals("COLLATE")
        && !node.path("collation").asText().equalsIgnoreCase("C")) {
      return true;
    }
    for (JsonNode child : node) {
      if (namesCollation(child)) {
        return true;
      }
    }
    return false;
  }

  private static boolean readsCollated(Connection connection, Query query) {
    Set<TableName> tables = new HashSet<>();
    Walk.relations(
        query,
        relation -> {
          if (relation instanceof Scan scan) {
            tables.add(scan.table);
          }
        });
    for (TableName table : tables) {
      if (isCollated(connection, table)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isCollated(Connection connection, TableName table) {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT "system".main.bool_or(
              "system".main.contains("system".main.lower(sql), 'collate'))
            FROM "system".main.duckdb_tables()
            WHERE database_name = ? AND schema_name = ? AND table_name = ?""")) {
      statement.setString(1, table.database());
      statement.setString(2, table.schema());
      statement.setString(3, table.table());
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getBoolean(1) || result.wasNull();
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

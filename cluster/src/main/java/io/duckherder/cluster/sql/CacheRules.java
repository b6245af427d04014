package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.error.DuckDBErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which reads may be answered by rows that were kept: those whose text alone tells that they read
 * tables of the snapshot and only compute. So no views, whose text is elsewhere, no macros, no
 * generated columns, no files, no samples, and no function that DuckDB does not call consistent.
 */
final class CacheRules {
  /** Tables, and whether there is anything else of the name, or in it, that could change. */
  private static final String TABLES =
      """
      SELECT name, "system".main.bool_and(plain) FROM (
        SELECT "system".main.lower(table_name) AS name,
          NOT "system".main.contains("system".main.lower(sql), 'generated always') AS plain
        FROM "system".main.duckdb_tables()
        UNION ALL SELECT "system".main.lower(view_name), false
        FROM "system".main.duckdb_views())
      GROUP BY ALL""";

  private final Set<String> plain = new HashSet<>();
  private final Set<String> others = new HashSet<>();

  private final PureFunctions functions;

  private CacheRules(PureFunctions functions) {
    this.functions = functions;
  }

  /** Whether the answer to a read may be kept. */
  static boolean allow(Connection connection, JsonNode tree) {
    return read(connection).allow(tree);
  }

  /** Whether the answer to a read of the snapshot that these were read from may be kept. */
  boolean allow(JsonNode tree) {
    return functions.coverAll(tree) && readsOnly(tree);
  }

  /** The rules of a snapshot. */
  static CacheRules read(Connection connection) {
    CacheRules rules = new CacheRules(PureFunctions.read(connection));
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(TABLES)) {
      while (result.next()) {
        (result.getBoolean(2) ? rules.plain : rules.others).add(result.getString(1));
      }
      return rules;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private boolean readsOnly(JsonNode tree) {
    Set<String> names = new HashSet<>(plain);
    addQueries(tree, names);
    names.removeAll(others);
    return onlyNames(tree, names);
  }

  /** The queries of WITH are names of their own. */
  private static void addQueries(JsonNode node, Set<String> names) {
    for (JsonNode entry : node.path("cte_map").path("map")) {
      names.add(entry.path("key").asText().toLowerCase(Locale.ROOT));
    }
    node.forEach(child -> addQueries(child, names));
  }

  private static boolean onlyNames(JsonNode node, Set<String> names) {
    if (node.path("sample").isObject()) {
      return false;
    }
    if (node.path("type").asText().equals("BASE_TABLE")
        && !names.contains(node.path("table_name").asText().toLowerCase(Locale.ROOT))) {
      return false;
    }
    for (JsonNode child : node) {
      if (!onlyNames(child, names)) {
        return false;
      }
    }
    return true;
  }
}

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
 * The functions that give the same for the same arguments, always, and do nothing else. DuckDB's
 * catalog knows them; a name that is anything else besides is none of them.
 */
final class PureFunctions {
  private static final Set<String> ROW_MAKERS =
      Set.of("TABLE_FUNCTION", "SHOW_REF", "PIVOT", "RECURSIVE_CTE_NODE");

  private final Set<String> pure = new HashSet<>();
  private final Set<String> others = new HashSet<>();

  private PureFunctions() {}

  static PureFunctions read(Connection connection) {
    PureFunctions functions = new PureFunctions();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                """
                SELECT "system".main.lower(function_name), coalesce("system".main.bool_and(
                  function_type IN ('scalar', 'aggregate', 'window') AND stability = 'CONSISTENT'
                ), false)
                FROM "system".main.duckdb_functions() GROUP BY ALL""")) {
      while (result.next()) {
        (result.getBoolean(2) ? functions.pure : functions.others).add(result.getString(1));
      }
      return functions;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /**
   * Whether a query reads tables only, and calls nothing but these. Some functions are called
   * without parentheses, as current_date is: a column of such a name counts as a call.
   */
  boolean coverAll(JsonNode tree) {
    if (tree.has("function_name") && !pure.contains(lower(tree.path("function_name")))) {
      return false;
    }
    if (ROW_MAKERS.contains(tree.path("type").asText()) || isOtherFunction(tree)) {
      return false;
    }
    for (JsonNode child : tree) {
      if (!coverAll(child)) {
        return false;
      }
    }
    return true;
  }

  private boolean isOtherFunction(JsonNode node) {
    JsonNode names = node.path("column_names");
    return names.size() == 1 && others.contains(lower(names.path(0)));
  }

  private static String lower(JsonNode name) {
    return name.asText().toLowerCase(Locale.ROOT);
  }
}

package io.duckherder.plan;

import io.duckherder.error.DuckDBErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The functions that may run in several fragments: those that look at one row and give the same for
 * the same row, always. DuckDB's catalog knows; a name that is anything else besides is left out.
 */
final class RowFunctions {
  private final Set<String> names;

  private RowFunctions(Set<String> names) {
    this.names = Set.copyOf(names);
  }

  static RowFunctions read(Connection connection) {
    Set<String> names = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                """
                SELECT function_name FROM "system".main.duckdb_functions()
                WHERE database_name = 'system'
                GROUP BY ALL
                HAVING "system".main.bool_and(
                  function_type = 'scalar' AND stability = 'CONSISTENT')""")) {
      while (result.next()) {
        names.add(result.getString(1).toLowerCase(Locale.ROOT));
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
    return new RowFunctions(names);
  }

  boolean contains(String function) {
    return names.contains(function.toLowerCase(Locale.ROOT));
  }
}

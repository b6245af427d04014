package io.duckherder.plan.cut;

import io.duckherder.error.DuckDBErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What DuckDB's catalog says of its functions.
 *
 * @param row look at one row and give the same for the same row, always
 * @param aggregates look at many
 */
record Functions(Set<String> row, Set<String> aggregates) {
  /** Table functions that read no file and give the same rows each time. */
  private static final Set<String> GENERATORS =
      Set.of("range", "generate_series", "unnest", "repeat", "repeat_row");

  Functions {
    row = Set.copyOf(row);
    aggregates = Set.copyOf(aggregates);
  }

  static Functions read(Connection connection) {
    Set<String> row = new HashSet<>();
    Set<String> aggregates = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                """
                SELECT function_name,
                  "system".main.bool_and(function_type = 'scalar' AND stability = 'CONSISTENT'),
                  "system".main.bool_and(function_type = 'aggregate')
                FROM "system".main.duckdb_functions()
                WHERE database_name = 'system' GROUP BY ALL""")) {
      while (result.next()) {
        String name = result.getString(1).toLowerCase(Locale.ROOT);
        if (result.getBoolean(2)) {
          row.add(name);
        }
        if (result.getBoolean(3)) {
          aggregates.add(name);
        }
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
    // Makes many rows of one, which is as good as one for every purpose here.
    row.add("unnest");
    // Give lists where they are no table functions.
    row.add("range");
    row.add("generate_series");
    // Ends the query, wherever it is called.
    row.add("error");
    return new Functions(row, aggregates);
  }

  boolean isRow(String name) {
    return row.contains(name.toLowerCase(Locale.ROOT));
  }

  boolean isAggregate(String name) {
    return aggregates.contains(name.toLowerCase(Locale.ROOT));
  }

  boolean isGenerator(String name) {
    return GENERATORS.contains(name.toLowerCase(Locale.ROOT));
  }
}

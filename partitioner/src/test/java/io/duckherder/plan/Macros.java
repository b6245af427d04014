package io.duckherder.plan;

import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Statements that give every function of DuckDB a macro of its name, which answers 42. */
final class Macros {
  private static final int MOST_ARGUMENTS = 8;

  private Macros() {}

  static List<String> ofEveryFunction(Connection connection) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                """
                SELECT function_name, bool_or(function_type = 'table') FROM duckdb_functions()
                WHERE function_type IN ('scalar', 'aggregate', 'table', 'macro')
                GROUP BY ALL ORDER BY ALL""")) {
      while (result.next()) {
        String name = SqlText.identifier(result.getString(1));
        statements.add("CREATE MACRO " + name + overloads());
        if (result.getBoolean(2)) {
          statements.add("CREATE MACRO " + name + "() AS TABLE SELECT 42 AS answer");
        }
      }
    }
    return statements;
  }

  private static String overloads() {
    return IntStream.rangeClosed(0, MOST_ARGUMENTS)
        .mapToObj(
            count ->
                IntStream.range(0, count)
                    .mapToObj(i -> "a" + i)
                    .collect(Collectors.joining(", ", "(", ") AS 42")))
        .collect(Collectors.joining(", "));
  }
}

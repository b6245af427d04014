package io.duckherder.cluster.functions;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.sql.SqlText;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * What a scalar function gives, as a macro.
 *
 * @param function its name
 * @param parameters the names of its parameters, as the macro wants them
 * @param value the SQL of its value
 */
record FunctionScalar(String function, String parameters, String value) {
  static FunctionScalar number(String function, long value) {
    return new FunctionScalar(function, "", "CAST(%d AS BIGINT)".formatted(value));
  }

  /** True, whatever the arguments are; a failure is an error instead. */
  static FunctionScalar done(String function, String... parameters) {
    String used =
        Arrays.stream(parameters)
            .map(name -> " OR %s IS NOT NULL".formatted(name))
            .collect(Collectors.joining());
    return new FunctionScalar(function, String.join(", ", parameters), "(true" + used + ")");
  }

  /** An answer for each argument. */
  static FunctionScalar answers(String function, String parameter, Map<String, Boolean> answers) {
    String cases =
        answers.entrySet().stream()
            .map(
                answer ->
                    " WHEN %s THEN %s"
                        .formatted(SqlText.literal(answer.getKey()), answer.getValue()))
            .collect(Collectors.joining());
    return new FunctionScalar(
        function,
        parameter,
        "CASE CAST(%s AS VARCHAR)%s WHEN NULL THEN false END".formatted(parameter, cases));
  }

  void define(DuckDBConnection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE OR REPLACE TEMP MACRO %s(%s) AS %s".formatted(function, parameters, value));
    }
  }

  void drop(DuckDBConnection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP MACRO IF EXISTS temp.main." + function);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

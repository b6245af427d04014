package io.duckherder.cluster.sql;

import io.duckherder.cluster.session.Session;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.session.ExecutionSettings;
import io.duckherder.sql.SqlText;
import io.duckherder.sql.SqlToken;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** SET and RESET of {@link ExecutionSettings}, which DuckDB does not know. */
final class ExecutionCommands {
  private ExecutionCommands() {}

  /** Whether a setting is one of these. */
  static boolean knows(String name) {
    return ExecutionSettings.contains(name);
  }

  /**
   * Sets one.
   *
   * @param value the tokens of its value
   * @param text the SQL of its value
   * @param connection evaluates a value that is no plain word
   */
  static void set(
      Session session, String name, List<SqlToken> value, String text, Connection connection) {
    SqlToken first = value.get(0);
    boolean word = first.kind() == SqlToken.Kind.WORD || first.kind() == SqlToken.Kind.QUOTED_NAME;
    if (value.size() == 1 && first.isKeyword("DEFAULT")) {
      session.resetExecution(name);
    } else if (value.size() == 1 && word) {
      session.setExecution(name, first.name());
    } else {
      session.setExecution(name, evaluate(text, connection));
    }
  }

  private static String evaluate(String expression, Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET VARIABLE duckherder_value = " + expression);
      try (ResultSet result =
          statement.executeQuery(
              "SELECT CAST(%s AS VARCHAR)"
                  .formatted(SqlText.call("getvariable", "'duckherder_value'")))) {
        result.next();
        return String.valueOf(result.getString(1));
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

package io.duckherder.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** What a JDBC driver connects to. */
record JdbcEngine(String title, Connection connection) implements Engine {
  /** DuckDB by itself, in this process, with a thread for each core. */
  static JdbcEngine duckdb(Path database) throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("access_mode", "READ_ONLY");
    return new JdbcEngine(
        "DuckDB", DriverManager.getConnection("jdbc:duckdb:" + database, settings));
  }

  /**
   * A cluster, through Flight SQL.
   *
   * @param host and port, as in {@code 127.0.0.1:8815}
   * @param schema qualifies the tables
   * @param execution is what {@code duckherder_execution} is set to
   */
  static JdbcEngine cluster(String host, String schema, String execution) throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            "jdbc:arrow-flight-sql://" + host + "/?useEncryption=false&retainCookies=true");
    try (Statement statement = connection.createStatement()) {
      statement.execute("USE " + schema);
      statement.execute("SET duckherder_execution = '" + execution + "'");
    }
    return new JdbcEngine("duckherder, " + execution, connection);
  }

  @Override
  public long run(String sql) throws SQLException {
    long rows = 0;
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        for (int i = 1; i <= columns; i++) {
          result.getObject(i);
        }
        rows++;
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

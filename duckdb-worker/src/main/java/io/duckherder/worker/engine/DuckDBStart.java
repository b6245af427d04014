package io.duckherder.worker.engine;

import io.duckherder.session.AnswerSetting;
import io.duckherder.sql.SqlText;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/**
 * Starts a DuckDB in memory that files are attached to, and closes it off: access to anything else
 * is switched off and the configuration locked, but for the settings of a session.
 */
final class DuckDBStart {
  private DuckDBStart() {}

  /**
   * Opens one that is not closed off yet.
   *
   * @param spill where it spills
   * @param more configuration besides
   */
  static DuckDBConnection open(EngineConfig config, Path spill, Map<String, String> more)
      throws SQLException {
    Properties properties = new Properties();
    properties.put(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
    properties.put("memory_limit", config.memoryLimit());
    properties.put("threads", String.valueOf(config.threads()));
    properties.put("temp_directory", spill.toString());
    properties.put("autoload_known_extensions", "false");
    properties.put("autoinstall_known_extensions", "false");
    properties.put("allow_community_extensions", "false");
    properties.put("allow_persistent_secrets", "false");
    properties.putAll(more);
    DuckDBConnection connection =
        (DuckDBConnection) new DuckDBDriver().connect("jdbc:duckdb:", properties);
    UnpackedLibrary.delete();
    return connection;
  }

  /** Closes it off, once its files are attached. */
  static void lock(Connection connection, EngineConfig config) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ATTACH ':memory:' AS " + QueryTables.DATABASE + " (HIDDEN)");
      String folders =
          config.allowedPaths().stream()
              .map(path -> SqlText.literal(path.toAbsolutePath().normalize() + "/"))
              .collect(Collectors.joining(", "));
      String settings =
          Stream.concat(AnswerSetting.names().stream(), Stream.of(DuckDBDriver.JDBC_STREAM_RESULTS))
              .map(SqlText::literal)
              .collect(Collectors.joining(", "));
      if (!config.spillLimit().isEmpty()) {
        // Given as a property of the connection, DuckDB shows it and does not keep to it.
        statement.execute("SET max_temp_directory_size = " + SqlText.literal(config.spillLimit()));
      }
      statement.execute("SET allowed_directories = [" + folders + "]");
      statement.execute("SET enable_external_access = false");
      statement.execute("SET allowed_configs = [" + settings + "]");
      statement.execute("SET lock_configuration = true");
    }
  }

  /** A connection of its own, whose unqualified names are looked up in a database. */
  static DuckDBConnection duplicate(DuckDBConnection root, String database) throws SQLException {
    DuckDBConnection connection = root.duplicate();
    try (Statement statement = connection.createStatement()) {
      statement.execute("USE " + SqlText.qualified(database, "main"));
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}

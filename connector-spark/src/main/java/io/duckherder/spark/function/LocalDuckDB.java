package io.duckherder.spark.function;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.worker.engine.DriverVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/**
 * A DuckDB in memory that holds nothing and computes calls of functions, one for all tasks of this
 * JVM. It lives as long as the JVM.
 */
final class LocalDuckDB {
  /** Guarded by the class. */
  private static @Nullable DuckDBConnection root;

  private LocalDuckDB() {}

  /**
   * A connection; the caller closes it.
   *
   * @param function the function that it is for, which the error for a missing DuckDB names
   */
  static Connection connect(String function) throws SQLException {
    return root(function).duplicate();
  }

  private static synchronized DuckDBConnection root(String function) throws SQLException {
    if (root == null) {
      requireDriver(function);
      root = open();
    }
    return root;
  }

  private static void requireDriver(String function) {
    try {
      DriverVersion.require();
    } catch (DuckherderException e) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          ("Cannot evaluate %s in Spark, which did not push it to where the rows are read: %s;"
                  + " or call it in a query, with the option \"query\"")
              .formatted(function, e.text()),
          e);
    }
  }

  private static DuckDBConnection open() throws SQLException {
    DuckDBConnection opened =
        (DuckDBConnection) new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
    try (Statement statement = opened.createStatement()) {
      statement.execute("SET threads = 1");
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
    }
    return opened;
  }
}

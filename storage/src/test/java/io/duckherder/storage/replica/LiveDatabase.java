package io.duckherder.storage.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A DuckDB that is written, and its snapshots. */
final class LiveDatabase implements AutoCloseable {
  private final Path file;
  private final Path copy;
  private final TestingStore store;
  private final Connection connection;

  LiveDatabase(Path directory) throws IOException, SQLException {
    Files.createDirectories(directory);
    file = directory.resolve("live.duckdb");
    copy = directory.resolve("copy.duckdb");
    store = new TestingStore(directory.resolve("store"));
    connection = DriverManager.getConnection("jdbc:duckdb:" + file);
    sql("SET checkpoint_threshold = '1TB'");
  }

  TestingStore store() {
    return store;
  }

  void sql(String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A snapshot of what is committed, of which some blocks are said to be free. */
  long seal(int... freeBlocks) throws IOException {
    Path log = file.resolveSibling("live.duckdb.wal");
    Path copiedLog = copy.resolveSibling("copy.duckdb.wal");
    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(copiedLog);
    if (Files.exists(log)) {
      Files.copy(log, copiedLog);
    }
    return store.seal(copy, freeBlocks);
  }

  long checkpointAndSeal(String... statements) throws IOException, SQLException {
    sql(statements);
    sql("CHECKPOINT");
    return seal();
  }

  /** One value of a query on a replica. */
  static String read(Path replica, String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("ATTACH '%s' AS replica (READ_ONLY)".formatted(replica));
      statement.execute("USE replica");
      try (ResultSet row = statement.executeQuery(query)) {
        row.next();
        return String.valueOf(row.getObject(1));
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

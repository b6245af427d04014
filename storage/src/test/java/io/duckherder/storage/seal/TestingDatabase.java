package io.duckherder.storage.seal;

import io.duckherder.storage.DirectoryStore;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.SnapshotSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import org.duckdb.DuckDBConnection;

/**
 * A DuckDB that has a file attached as {@code db} for writing, as the driver has, with a store of
 * snapshots beside it. One thread writes, so that commits are held whenever it does not.
 */
final class TestingDatabase implements AutoCloseable {
  /** Results are read while they are made, as the driver reads them. */
  private static final Properties STREAMING = new Properties();

  static {
    STREAMING.setProperty("jdbc_stream_results", "true");
  }

  final Path file;
  final DirectoryStore directory;
  final Connection connection;
  final SnapshotStore store;
  private final Path folder;
  private int copies;

  TestingDatabase(Path folder) {
    this(folder, "STORAGE_VERSION 'v1.5.0'");
  }

  TestingDatabase(Path folder, String options) {
    this.folder = folder;
    this.file = folder.resolve("live.duckdb");
    try {
      connection = DriverManager.getConnection("jdbc:duckdb:", STREAMING);
      run("SET checkpoint_threshold = '1TB'");
      run("PRAGMA disable_checkpoint_on_shutdown");
      run("ATTACH '%s' AS db (%s)".formatted(file, options));
      run("USE db");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    directory = DirectoryStore.open(folder.resolve("store"));
    store = SnapshotStore.open(directory, file);
  }

  /** Another connection to the same DuckDB. */
  Connection duplicate() throws SQLException {
    return connection.unwrap(DuckDBConnection.class).duplicate();
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void run(String... statements) {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void checkpoint() {
    run("CHECKPOINT db");
    store.afterCheckpoint();
  }

  SnapshotSummary seal() {
    return store.seal(store.cut());
  }

  /** Everything in the live database. */
  TreeMap<String, List<String>> rows() {
    return rows(connection, "db");
  }

  /** Everything in a snapshot, from files of its own. */
  TreeMap<String, List<String>> rows(long number) {
    return rows(store, number);
  }

  TreeMap<String, List<String>> rows(SnapshotStore other, long number) {
    return rows(other.content(number));
  }

  TreeMap<String, List<String>> rows(SnapshotContent content) {
    Path copy = folder.resolve("copy-" + copies++ + ".duckdb");
    SnapshotFiles.write(content, directory, copy);
    try {
      return rowsOf(copy);
    } finally {
      delete(copy);
      delete(SnapshotFiles.walOf(copy));
    }
  }

  static TreeMap<String, List<String>> rowsOf(Path file) {
    try (Connection other = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = other.createStatement()) {
      statement.execute("ATTACH '%s' AS copied (READ_ONLY)".formatted(file));
      return rows(other, "copied");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TreeMap<String, List<String>> rows(Connection connection, String database) {
    TreeMap<String, List<String>> tables = new TreeMap<>();
    String catalog =
        """
        SELECT schema_name || '.' || table_name, replace(sql, '%1$s.', '')
        FROM duckdb_tables() WHERE database_name = '%1$s'
        UNION ALL SELECT 'view ' || view_name, replace(sql, '%1$s.', '')
        FROM duckdb_views() WHERE database_name = '%1$s' AND NOT internal
        UNION ALL SELECT 'index ' || index_name, replace(sql, '%1$s.', '')
        FROM duckdb_indexes() WHERE database_name = '%1$s'
        """
            .formatted(database);
    for (String row : query(connection, catalog)) {
      tables.put(row, List.of());
    }
    String names =
        "SELECT format('\"{}\".\"{}\".\"{}\"', database_name, schema_name, table_name) FROM"
            + " duckdb_tables() WHERE database_name = '"
            + database
            + "'";
    for (String table : query(connection, names)) {
      String digest =
          "SELECT count(*), sum(hash(t)::HUGEINT), bit_xor(hash(t)), max(t::VARCHAR) FROM "
              + table
              + " AS t";
      tables.put(table.substring(database.length() + 2), query(connection, digest));
    }
    return tables;
  }

  static List<String> query(Connection connection, String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(String.valueOf(result.getObject(i)));
        }
        rows.add(String.join(" | ", row));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  static void createFolder(Path place) {
    try {
      Files.createDirectories(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    store.close();
    directory.close();
  }
}

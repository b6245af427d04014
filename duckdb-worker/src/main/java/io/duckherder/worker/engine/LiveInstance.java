package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlText;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one DuckDB that writes the managed databases of a cluster. It never checkpoints of itself,
 * neither as its log grows nor when it is closed. External databases are attached READ_ONLY beside
 * them, so that a statement may read the one and write the other. Safe for use by many threads.
 */
public final class LiveInstance implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LiveInstance.class);

  /** Beyond any log; there is no way to say never. */
  private static final Map<String, String> NO_CHECKPOINTS =
      Map.of("checkpoint_threshold", "1000TiB");

  private static final String TRIGGERS =
      """
      SELECT EXISTS (
        FROM system.main.duckdb_triggers() WHERE database_oid IN (
          SELECT database_oid FROM system.main.duckdb_databases() WHERE NOT readonly))""";

  private final String defaultDatabase;
  private final SpillFolder spill;
  private final DuckDBConnection root;
  private final AtomicBoolean broken = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final InstanceHealth health =
      new InstanceHealth() {
        @Override
        public boolean isBroken() {
          return broken.get();
        }

        @Override
        public boolean works() {
          return LiveInstance.this.works();
        }
      };

  /**
   * A file to write.
   *
   * @param storageVersion the DuckDB version that must be able to read it, if it is made now
   */
  public record LiveDatabase(Path file, String storageVersion) {}

  private LiveInstance(String defaultDatabase, SpillFolder spill, DuckDBConnection root) {
    this.defaultDatabase = defaultDatabase;
    this.spill = spill;
    this.root = root;
  }

  /**
   * Opens the databases; a log that a crash left beside one is replayed.
   *
   * @param defaultDatabase where unqualified names are looked up
   * @param managed name to file, made if it is not there
   * @param external name to file
   */
  public static LiveInstance open(
      EngineConfig config,
      String defaultDatabase,
      Map<String, LiveDatabase> managed,
      Map<String, FileIdentity> external) {
    SpillFolder spill = new SpillFolder(config.spillDirectory());
    @Nullable DuckDBConnection connection = null;
    try {
      connection = DuckDBStart.open(config, spill.make(), NO_CHECKPOINTS);
      execute(connection, "PRAGMA disable_checkpoint_on_shutdown");
      for (Map.Entry<String, LiveDatabase> database : managed.entrySet()) {
        attach(connection, database.getKey(), database.getValue());
      }
      for (Map.Entry<String, FileIdentity> database : external.entrySet()) {
        attach(connection, database.getKey(), database.getValue());
      }
      DuckDBStart.lock(connection, config);
      return new LiveInstance(defaultDatabase, spill, connection);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE,
          "Cannot make the spill directory \"%s\": %s"
              .formatted(config.spillDirectory(), e.getMessage()),
          e);
    } catch (SQLException e) {
      close(connection, spill);
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR, "Cannot start DuckDB: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      close(connection, spill);
      throw e;
    }
  }

  private static void attach(DuckDBConnection connection, String name, LiveDatabase database) {
    // A file that is there keeps its version: DuckDB refuses to lower it.
    String options =
        database.file().toFile().length() > 0
            ? ""
            : " (STORAGE_VERSION " + SqlText.literal(database.storageVersion()) + ")";
    attach(connection, name, database.file().toString(), options);
  }

  private static void attach(DuckDBConnection connection, String name, FileIdentity file) {
    attach(connection, name, file.path(), " (READ_ONLY)");
    if (!DatabaseFiles.unchanged(file)) {
      throw DatabaseFiles.changed(name, file.path());
    }
  }

  private static void attach(
      DuckDBConnection connection, String name, String path, String options) {
    try {
      execute(
          connection,
          "ATTACH " + SqlText.literal(path) + " AS " + SqlText.identifier(name) + options);
    } catch (SQLException e) {
      throw DatabaseFiles.cannotOpen(path, e);
    }
  }

  /**
   * A connection with a session's settings; the caller closes it.
   *
   * @param snapshot what the connection says that it is on
   */
  public EngineConnection connect(Snapshot snapshot, SessionSettings settings) {
    try {
      EngineConnection connection =
          new EngineConnection(
              DuckDBStart.duplicate(root, defaultDatabase), snapshot, health, () -> {});
      try {
        settings.applyTo(connection.jdbc());
        return connection;
      } catch (RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /**
   * Writes all that is committed from a database's log into its file. No transaction may be open.
   */
  public void checkpoint(String database) {
    try (DuckDBConnection connection = root.duplicate()) {
      execute(connection, "CHECKPOINT " + SqlText.identifier(database));
    } catch (SQLException e) {
      // One that fails for want of disk takes the database out of use.
      works();
      throw failure(e);
    }
  }

  /** Whether a database that it writes has triggers, as far as it is committed. */
  public boolean hasTriggers() {
    try (DuckDBConnection connection = root.duplicate();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(TRIGGERS)) {
      result.next();
      return result.getBoolean(1);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Whether it takes no more statements: a fatal error of one of them shut it down for all. */
  public boolean isBroken() {
    return broken.get();
  }

  private boolean works() {
    try (DuckDBConnection connection = root.duplicate()) {
      execute(connection, "SELECT 1");
      return !broken.get();
    } catch (SQLException e) {
      failure(e);
      return false;
    }
  }

  private DuckherderException failure(SQLException e) {
    if (DuckDBErrors.isShutDown(String.valueOf(e.getMessage())) && !broken.getAndSet(true)) {
      log.error("The DuckDB that writes is out of use: {}", e.getMessage());
    }
    return DuckDBErrors.translate(e);
  }

  private static void execute(DuckDBConnection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void close(@Nullable DuckDBConnection connection, SpillFolder spill) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      log.warn("Cannot close the DuckDB that writes: {}", e.getMessage());
    }
    spill.delete();
  }

  /** Closes the files; its connections are closed before. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      close(root, spill);
    }
  }
}

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
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database file that this process has open alone, to write it: what it read of the file is closed
 * before, and waits to be opened again until this is closed. Others that have it open, this waits
 * for. Closing writes DuckDB's log into the file.
 */
public final class WritableFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WritableFile.class);
  private static final long AGAIN_MILLIS = 100;

  private final Path file;
  private final SpillFolder spill;
  private final DuckDBConnection root;
  private final EngineConnection connection;

  private WritableFile(
      Path file, SpillFolder spill, DuckDBConnection root, String name, FileIdentity identity)
      throws SQLException {
    this.file = file;
    this.spill = spill;
    this.root = root;
    this.connection =
        new EngineConnection(
            DuckDBStart.duplicate(root, name),
            new Snapshot(Map.of(name, identity)),
            new InstanceHealth() {
              @Override
              public boolean isBroken() {
                return false;
              }

              @Override
              public boolean works() {
                return true;
              }
            },
            () -> {});
  }

  /**
   * Opens a file that is there.
   *
   * @param name the name of its database
   * @param patience how long to wait for who has it open
   */
  public static WritableFile open(EngineConfig config, Path file, String name, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    if (!OpenInstances.PROCESS.beginWriting(file, patience)) {
      throw new DuckherderException(
          StandardErrorCode.FILE_IN_USE,
          "Cannot write \"%s\": tasks of this process read it for longer than %d seconds"
              .formatted(file, patience.toSeconds()));
    }
    try {
      while (true) {
        try {
          return attachUnchanged(config, file, name);
        } catch (DuckherderException e) {
          if (e.code() != StandardErrorCode.FILE_IN_USE || System.nanoTime() > deadline) {
            throw e;
          }
          TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      OpenInstances.PROCESS.endWriting(file);
      Thread.currentThread().interrupt();
      throw StatementInterrupt.cancelledFailure(e);
    } catch (RuntimeException e) {
      OpenInstances.PROCESS.endWriting(file);
      throw e;
    }
  }

  /** Another may write the file after it was identified and before it is locked. */
  private static WritableFile attachUnchanged(EngineConfig config, Path file, String name) {
    FileIdentity identity = DatabaseFiles.identify(file);
    WritableFile opened = attach(config, file, name, identity);
    if (DatabaseFiles.unchanged(identity)) {
      return opened;
    }
    opened.closeFile();
    throw new DuckherderException(
        StandardErrorCode.FILE_IN_USE,
        "Cannot write \"%s\": others keep writing it; try again".formatted(file));
  }

  private static WritableFile attach(
      EngineConfig config, Path file, String name, FileIdentity identity) {
    SpillFolder spill = new SpillFolder(config.spillDirectory());
    @Nullable DuckDBConnection root = null;
    try {
      root = DuckDBStart.open(config, spill.make(), Map.of());
      try (Statement statement = root.createStatement()) {
        statement.execute(
            "ATTACH " + SqlText.literal(file.toString()) + " AS " + SqlText.identifier(name));
      } catch (SQLException e) {
        throw DatabaseFiles.cannotOpen(file.toString(), e);
      }
      DuckDBStart.lock(root, config);
      WritableFile opened = new WritableFile(file, spill, root, name, identity);
      SessionSettings.DEFAULT.applyTo(opened.connection.jdbc());
      return opened;
    } catch (IOException e) {
      spill.delete();
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE,
          "Cannot make the spill directory \"%s\": %s"
              .formatted(config.spillDirectory(), e.getMessage()),
          e);
    } catch (SQLException e) {
      close(root, spill, file);
      throw DuckDBErrors.translate(e);
    } catch (RuntimeException e) {
      close(root, spill, file);
      throw e;
    }
  }

  /** The connection to it; this closes it. */
  public EngineConnection connection() {
    return connection;
  }

  private static void close(@Nullable DuckDBConnection root, SpillFolder spill, Path file) {
    try {
      if (root != null) {
        root.close();
      }
    } catch (SQLException e) {
      log.warn("Cannot close \"{}\"; what was committed is in its log: {}", file, e.getMessage());
    }
    spill.delete();
  }

  private void closeFile() {
    try {
      connection.close();
    } finally {
      close(root, spill, file);
    }
  }

  @Override
  public void close() {
    try {
      closeFile();
    } finally {
      OpenInstances.PROCESS.endWriting(file);
    }
  }
}

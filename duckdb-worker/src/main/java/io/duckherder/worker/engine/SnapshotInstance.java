package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlText;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One DuckDB with the files of a snapshot attached READ_ONLY under their database names. Before it
 * takes any SQL, access to everything else is switched off and the configuration locked, but for
 * the settings of a session.
 *
 * <p>Leases are counted under the lock of {@link OpenInstances}; opening and closing have the lock
 * of this object, so that a slow file holds up only those who want it.
 */
final class SnapshotInstance implements InstanceHealth {
  private static final Logger log = LoggerFactory.getLogger(SnapshotInstance.class);

  private final Snapshot snapshot;
  private final EngineConfig config;
  private final SealedFiles sealedFiles;
  private final SpillFolder spill;

  /** Guarded by this. */
  private final List<SealedFiles.Lease> sealedLeases = new ArrayList<>();

  /** External files that are open at their paths, by database. */
  private final Map<String, FileIdentity> filesInPlace = new ConcurrentHashMap<>();

  private final KeptConnections keptConnections = new KeptConnections();
  private volatile @Nullable DuckDBConnection root;
  private int leases;
  private volatile long lastUse;
  private volatile boolean broken;

  SnapshotInstance(Snapshot snapshot, EngineConfig config, SealedFiles sealedFiles) {
    this.snapshot = snapshot;
    this.config = config;
    this.sealedFiles = sealedFiles;
    this.spill = new SpillFolder(config.spillDirectory());
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /** Connections for small statements; the files stay open for none of them. */
  KeptConnections keptConnections() {
    return keptConnections;
  }

  int leases() {
    return leases;
  }

  /** Changes with each use, in nanoseconds: tells whether an instance was idle all the while. */
  long lastUse() {
    return lastUse;
  }

  void addLease() {
    leases++;
    lastUse = System.nanoTime();
  }

  void dropLease() {
    leases--;
    lastUse = System.nanoTime();
  }

  boolean sharesFileWith(SnapshotInstance other) {
    return other.snapshot.files().values().stream()
        .map(FileIdentity::path)
        .anyMatch(
            path -> snapshot.files().values().stream().anyMatch(file -> file.path().equals(path)));
  }

  boolean isOpen() {
    return root != null;
  }

  @Override
  public boolean isBroken() {
    return broken;
  }

  @Override
  public boolean works() {
    try {
      connect().close();
    } catch (SQLException e) {
      log.debug("Cannot connect to {}: {}", snapshot.databases().keySet(), e.getMessage());
    }
    return !broken;
  }

  synchronized void open() {
    if (root != null) {
      return;
    }
    OpenInstances.PROCESS.opening(this);
    @Nullable DuckDBConnection connection = null;
    try {
      // Made now, so that the folder around it stays while another instance tidies up.
      Path folder = spill.make();
      connection = DuckDBStart.open(config, folder, Map.of());
      attachAll(connection);
      DuckDBStart.lock(connection, config);
      root = connection;
      log.debug("Opened {}", snapshot.databases().keySet());
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE,
          "Cannot make the spill directory \"%s\": %s"
              .formatted(config.spillDirectory(), e.getMessage()),
          e);
    } catch (SQLException e) {
      closeQuietly(connection);
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR, "Cannot start DuckDB: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  /** A connection of its own to this instance; at a failure the instance may turn out broken. */
  DuckDBConnection connect() throws SQLException {
    DuckDBConnection open = root;
    if (open == null) {
      throw new IllegalStateException("The instance is not open");
    }
    try {
      return DuckDBStart.duplicate(open, snapshot.defaultDatabase());
    } catch (SQLException e) {
      if (DuckDBErrors.isShutDown(String.valueOf(e.getMessage())) && !broken) {
        broken = true;
        log.error(
            "DuckDB over {} is out of use and replaced: {}",
            snapshot.databases().keySet(),
            e.getMessage());
      }
      throw e;
    }
  }

  synchronized void closeFiles() {
    keptConnections.closeAll();
    closeQuietly(root);
    root = null;
  }

  private void attachAll(Connection connection) {
    for (Map.Entry<String, DatabaseVersion> database : snapshot.databases().entrySet()) {
      DatabaseVersion version = database.getValue();
      if (version instanceof FileIdentity file) {
        attachExternal(connection, database.getKey(), file);
      } else if (version instanceof SealedVersion sealed) {
        SealedFiles.Lease lease = sealedFiles.lease(sealed);
        sealedLeases.add(lease);
        attach(connection, database.getKey(), lease.file().toString());
      }
    }
  }

  private void attachExternal(Connection connection, String name, FileIdentity file) {
    if (!isHere(name, file)) {
      SealedFiles.Lease lease = sealedFiles.leaseCopy(file);
      sealedLeases.add(lease);
      attach(connection, name, lease.file().toString());
      return;
    }
    attach(connection, name, file.path());
    filesInPlace.put(name, file);
    requireUnchanged(snapshot);
  }

  /** Whether a file is to be opened at its path; fails if it should be and is another one. */
  private boolean isHere(String name, FileIdentity file) {
    FileAccess access = sealedFiles.fileAccess();
    if (access == FileAccess.COPY) {
      return false;
    }
    try {
      boolean current = OpenInstances.PROCESS.isCurrent(file, this);
      if (!current && access == FileAccess.IN_PLACE) {
        throw DatabaseFiles.changed(name, file.path());
      }
      return current;
    } catch (DuckherderException e) {
      if (access == FileAccess.IN_PLACE) {
        throw e;
      }
      log.debug("Database {} is read from a copy: {}", name, e.text());
      return false;
    }
  }

  /** Looks at the files that are open at their paths: a copy does not change. */
  @Override
  public void requireUnchanged(Snapshot opened) {
    filesInPlace.forEach(
        (name, file) -> {
          if (!DatabaseFiles.unchanged(file)) {
            throw DatabaseFiles.changed(name, file.path());
          }
        });
  }

  private static void attach(Connection connection, String name, String path) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "ATTACH " + SqlText.literal(path) + " AS " + SqlText.identifier(name) + " (READ_ONLY)");
    } catch (SQLException e) {
      throw DatabaseFiles.cannotOpen(path, e);
    }
  }

  private void closeQuietly(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      log.warn("Cannot close DuckDB over {}: {}", snapshot.databases().keySet(), e.getMessage());
    }
    filesInPlace.clear();
    sealedLeases.forEach(SealedFiles.Lease::close);
    sealedLeases.clear();
    spill.delete();
  }
}

package io.duckherder.cluster.crash;

import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.storage.DirectorySource;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.manifest.Layer;
import io.duckherder.storage.manifest.ManifestFile;
import io.duckherder.storage.manifest.SnapshotReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The store of snapshots as it lies on the disk, looked at from outside of the driver. */
final class StoredSnapshots {
  private final Path folder;
  private final DirectorySource source;

  StoredSnapshots(Path file) {
    this.folder = ManagedDatabases.storeOf(file);
    this.source = new DirectorySource(folder);
  }

  /** The numbers of the kept snapshots. */
  List<Long> numbers() {
    return new SnapshotReader(source).snapshots().stream().map(SnapshotSummary::number).toList();
  }

  /** Files that are no part of the store. */
  Set<String> strangers() throws IOException {
    Set<String> strangers = new TreeSet<>(files(folder));
    ManifestFile.read(source).layers().stream().map(Layer::object).forEach(strangers::remove);
    strangers.removeAll(Set.of(ObjectSource.MANIFEST, "lock"));
    return strangers;
  }

  /** Looks at what a snapshot holds, by DuckDB alone. */
  <T> T look(long number, Look<T> look) throws IOException, SQLException {
    Path copies = Files.createDirectory(folder.resolveSibling("copy"));
    Path copy = copies.resolve("snapshot.duckdb");
    try {
      SnapshotFiles.write(new SnapshotReader(source).content(number), source, copy);
      return lookAt(copy, look);
    } finally {
      for (String file : files(copies)) {
        Files.delete(copies.resolve(file));
      }
      Files.delete(copies);
    }
  }

  interface Look<T> {
    T at(Connection connection) throws SQLException;
  }

  /** Looks at a database file by DuckDB alone. */
  static <T> T lookAt(Path file, Look<T> look) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute("ATTACH '%s' AS db (READ_ONLY)".formatted(file));
      statement.execute("USE db");
      return look.at(duckdb);
    }
  }

  /** The names in a folder, none if it is not there. */
  static List<String> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return new ArrayList<>();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
    }
  }
}

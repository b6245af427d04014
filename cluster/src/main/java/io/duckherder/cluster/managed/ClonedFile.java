package io.duckherder.cluster.managed;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.manifest.ReadLease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The live file of a database that is made of another one's snapshot, until the cluster has taken
 * it up.
 */
record ClonedFile(String name, Path file) {
  /** Fails if something of that name is there. */
  void requireAbsent() {
    Path store = ManagedDatabases.storeOf(file);
    if (Stream.of(file, SnapshotFiles.walOf(file), store).anyMatch(Files::exists)) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_QUERY,
          "Cannot make database \"%s\": \"%s\" or its snapshots are there already; choose another name"
              .formatted(name, file));
    }
  }

  /** Writes the file. Snapshots are collected meanwhile, but not this one: the lease is closed. */
  void write(ReadLease lease, ObjectSource objects) {
    try (lease) {
      SnapshotFiles.create(lease.content(), objects, file);
    }
  }

  /** Deletes the file, and the snapshots that it may have by now, after a failure. */
  void delete(RuntimeException cause) {
    Path store = ManagedDatabases.storeOf(file);
    try {
      SnapshotFiles.delete(file);
      if (Files.isDirectory(store)) {
        try (Stream<Path> objects = Files.list(store)) {
          for (Path object : objects.toList()) {
            Files.delete(object);
          }
        }
        Files.delete(store);
      }
    } catch (IOException | UncheckedIOException e) {
      cause.addSuppressed(e);
    }
  }
}

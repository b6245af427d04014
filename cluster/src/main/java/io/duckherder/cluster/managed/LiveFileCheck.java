package io.duckherder.cluster.managed;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.file.FileHeaders;
import io.duckherder.storage.manifest.Manifest;
import io.duckherder.storage.manifest.ManifestFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Tells, before DuckDB opens it, whether a live file is the one that the snapshots beside it are of
 * and has all that the newest of them has. Otherwise a start would make a new and empty database of
 * a lost one, or go on with a state that later commits have left behind.
 */
final class LiveFileCheck {
  private final String name;
  private final Path file;

  LiveFileCheck(String name, Path file) {
    this.name = name;
    this.file = file;
  }

  /**
   * Fails if the file may not be gone on with.
   *
   * @param objects the store of its snapshots
   * @param restored whether an older snapshot took its place because somebody wanted that
   */
  void requireNewest(ObjectSource objects, boolean restored) {
    Optional<Manifest> manifest = ManifestFile.find(objects);
    Optional<SnapshotSummary> newest = manifest.flatMap(Manifest::newest);
    if (manifest.isEmpty() || newest.isEmpty()) {
      return;
    }
    FileHeaders headers = headers().orElseThrow(() -> lost(newest.get()));
    if (!headers.identifier().equals(manifest.get().file())) {
      throw refused(
          "it is not the database that the snapshots beside it are of; put the right file there, or"
              + " move %s away to begin anew with this one"
                  .formatted(ManagedDatabases.storeOf(file)));
    }
    if (!restored && isOlder(headers, newest.get())) {
      throw refused(
          "it is older than its newest snapshot, number %d of %s, and lacks commits that were acknowledged; put the newer file back, or bring back the snapshot: duckherder-cluster restore --force --managed %s=%s"
              .formatted(newest.get().number(), newest.get().time(), name, file));
    }
  }

  private Optional<FileHeaders> headers() {
    ByteBuffer bytes = ByteBuffer.allocate(FileHeaders.BYTES);
    // DuckDB does not have the file open yet, so closing it here drops no lock of DuckDB's.
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // A read may stop anywhere.
      }
    } catch (IOException e) {
      if (Files.notExists(file)) {
        return Optional.empty();
      }
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE,
          "Cannot read \"%s\": %s".formatted(file, e.getMessage()),
          e);
    }
    return bytes.hasRemaining()
        ? Optional.empty()
        : Optional.of(FileHeaders.parse(bytes.flip(), file.toString()));
  }

  private boolean isOlder(FileHeaders headers, SnapshotSummary newest) {
    return headers.iteration() < newest.checkpoint()
        || (headers.iteration() == newest.checkpoint() && isLogShorter(newest));
  }

  private boolean isLogShorter(SnapshotSummary newest) {
    Path log = SnapshotFiles.walOf(file);
    try {
      long bytes = 0;
      // Between two steps of a checkpoint that a crash ended, DuckDB has the log in several files.
      for (String part : List.of("", ".checkpoint", ".recovery")) {
        Path path = log.resolveSibling(log.getFileName() + part);
        bytes += Files.exists(path) ? Files.size(path) : 0;
      }
      return bytes < newest.walBytes();
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE,
          "Cannot look at the log of database \"%s\": %s".formatted(name, e.getMessage()),
          e);
    }
  }

  private DuckherderException lost(SnapshotSummary newest) {
    return new DuckherderException(
        StandardErrorCode.FILE_NOT_FOUND,
        "Cannot open database \"%s\": its file \"%s\" is missing or cut off, and its snapshots are there, the newest one number %d of %s; bring that back: duckherder-cluster restore %s--managed %s=%s"
            .formatted(
                name,
                file,
                newest.number(),
                newest.time(),
                Files.exists(file) ? "--force " : "",
                name,
                file));
  }

  private DuckherderException refused(String why) {
    return new DuckherderException(
        StandardErrorCode.FILE_CHANGED,
        "Cannot open \"%s\" as database \"%s\": %s".formatted(file, name, why));
  }
}

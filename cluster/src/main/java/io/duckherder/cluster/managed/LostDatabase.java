package io.duckherder.cluster.managed;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.DirectoryStore;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.manifest.Manifest;
import io.duckherder.storage.manifest.ManifestFile;
import io.duckherder.storage.manifest.SnapshotReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A managed database whose live file is gone or not to be used, and that no driver has open. */
public final class LostDatabase {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

  /** What DuckDB appends to the name of a database file. */
  private static final List<String> FILES = List.of("", ".wal", ".wal.checkpoint", ".wal.recovery");

  private final Path file;
  private final Clock clock;

  /**
   * @param file the live file, which may be absent; its snapshots are beside it
   */
  public LostDatabase(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * How a database was brought back.
   *
   * @param snapshot what the live file holds now
   * @param newest the newest of the kept snapshots
   * @param aside where files are now that were in its place
   */
  public record Restored(SnapshotSummary snapshot, SnapshotSummary newest, List<Path> aside) {}

  /**
   * Makes a live file of a snapshot. What was in its place is moved aside, never deleted.
   *
   * @param number of the snapshot, absent for the newest
   * @param force whether a live file that is there may be moved aside
   */
  public Restored restore(OptionalLong number, boolean force) {
    Path folder = ManagedDatabases.storeOf(file);
    if (!Files.isDirectory(folder)) {
      throw new DuckherderException(
          StandardErrorCode.SNAPSHOT_NOT_FOUND,
          "Cannot restore \"%s\": there is no folder of snapshots \"%s\"".formatted(file, folder));
    }
    if (Files.exists(file) && !force) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot restore \"%s\": the file is there; --force moves it aside and restores all the same"
              .formatted(file));
    }
    try (DirectoryStore objects = DirectoryStore.open(folder)) {
      Manifest manifest = ManifestFile.read(objects);
      SnapshotSummary newest =
          manifest
              .newest()
              .orElseThrow(
                  () ->
                      new DuckherderException(
                          StandardErrorCode.SNAPSHOT_NOT_FOUND,
                          "Cannot restore \"%s\": \"%s\" holds no snapshot"
                              .formatted(file, folder)));
      SnapshotSummary wanted = manifest.snapshot(number.orElse(newest.number()));
      if (Files.exists(file)) {
        requireUnused();
      }
      List<Path> aside = new ArrayList<>();
      new LiveFileChange(file, objects)
          .to(new SnapshotReader(objects).content(wanted.number()), () -> moveAside(aside));
      return new Restored(wanted, newest, aside);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE,
          "Cannot restore \"%s\": %s".formatted(file, e.getMessage()),
          e);
    }
  }

  private void moveAside(List<Path> aside) throws IOException {
    String stamp = STAMP.format(Instant.now(clock));
    for (String suffix : Stream.concat(FILES.stream().skip(1), Stream.of("")).toList()) {
      Path from = file.resolveSibling(file.getFileName() + suffix);
      if (Files.exists(from)) {
        Path to = file.resolveSibling(file.getFileName() + ".replaced-" + stamp + suffix);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        aside.add(to);
      }
    }
  }

  /** DuckDB locks the files that it has open. */
  private void requireUnused() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new DuckherderException(
            StandardErrorCode.FILE_IN_USE,
            "Cannot restore \"%s\": another process has it open; close it there".formatted(file));
      }
    }
  }
}

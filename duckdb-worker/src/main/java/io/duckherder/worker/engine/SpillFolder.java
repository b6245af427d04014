package io.duckherder.worker.engine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder for one DuckDB to spill into, in a spill directory that it may share with others. A lock
 * on a file beside it tells that its process lives, so what a killed process left behind can be
 * told from what is in use, and is deleted by {@link #sweep}.
 */
final class SpillFolder {
  private static final Logger log = LoggerFactory.getLogger(SpillFolder.class);
  private static final String PREFIX = "duckdb-";
  private static final String LOCK = ".lock";

  /**
   * Begins the names of this process's folders, whichever class loader made them. Their lock files
   * are not to be opened again: closing them would drop the locks.
   */
  private static final String OWN =
      "%s%d-%d-"
          .formatted(
              PREFIX,
              ProcessHandle.current().pid(),
              ManagementFactory.getRuntimeMXBean().getStartTime());

  private final Path parent;
  private @Nullable Path folder;
  private @Nullable FileChannel lock;

  /** A folder that is not there yet. */
  SpillFolder(Path parent) {
    this.parent = parent;
  }

  /** Makes the folder. */
  Path make() throws IOException {
    while (true) {
      Files.createDirectories(parent);
      Path made = parent.resolve(OWN + UUID.randomUUID());
      Path file = lockOf(made);
      try {
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // Another process may have swept the file before it was locked.
        if (channel.tryLock() != null && Files.exists(file)) {
          lock = channel;
          folder = made;
          return Files.createDirectory(made);
        }
        channel.close();
      } catch (NoSuchFileException e) {
        log.debug("{} was deleted by the last one who spilled into it", parent);
      }
    }
  }

  /** Deletes the folder, and its parent if nothing else is in there. */
  void delete() {
    Path made = folder;
    FileChannel channel = lock;
    if (made == null || channel == null) {
      return;
    }
    folder = null;
    try {
      deleteAll(made);
      Files.deleteIfExists(lockOf(made));
      channel.close();
      Files.deleteIfExists(parent);
    } catch (DirectoryNotEmptyException e) {
      log.debug("Others spill into {} too", parent);
    } catch (IOException e) {
      log.warn("Cannot delete spill directory {}: {}", made, e.getMessage());
    }
  }

  /** Deletes the folders whose processes have ended without doing so. */
  static void sweep(Path parent) {
    if (!Files.isDirectory(parent)) {
      return;
    }
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
      for (Path file : locks) {
        if (!file.getFileName().toString().startsWith(OWN)) {
          sweepIfLeft(file);
        }
      }
    } catch (IOException e) {
      log.warn("Cannot look for old files in spill directory {}: {}", parent, e.getMessage());
    }
  }

  private static void sweepIfLeft(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.tryLock() != null) {
        String name = file.getFileName().toString();
        Path left = file.resolveSibling(name.substring(0, name.length() - LOCK.length()));
        log.info("Deleting {}, whose process has ended", left);
        deleteAll(left);
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.getParent());
      }
    } catch (NoSuchFileException e) {
      log.debug("{} was deleted by its process", file);
    } catch (DirectoryNotEmptyException e) {
      log.debug("More is left beside {}", file);
    }
  }

  private static Path lockOf(Path folder) {
    return folder.resolveSibling(folder.getFileName() + LOCK);
  }

  private static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> paths = Files.walk(folder)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}

package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.FileIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The DuckDB instances of this process that have files open, whatever engine they belong to, and
 * their leases.
 *
 * <p>POSIX locks belong to the process: whoever closes any descriptor of a file drops the lock of
 * every other instance that has it open, and another program could write the file under a running
 * query. So a file that is open is never opened again to look at it, and an instance is closed only
 * when no instance that shares a file with it is in use; those are closed with it. Hence the one
 * static thing of this module.
 *
 * <p>The lock of this object is taken before that of an instance only for instances without leases,
 * which nobody opens; an instance that opens takes the two the other way round.
 */
final class OpenInstances {
  static final OpenInstances PROCESS = new OpenInstances();

  /** Guarded by this. */
  private final Set<SnapshotInstance> open = new HashSet<>();

  /** Paths of files that this process writes. Guarded by this. */
  private final Set<String> written = new HashSet<>();

  private OpenInstances() {}

  /** Whether a file is still the one that an identity names, for an instance that opens it. */
  synchronized boolean isCurrent(FileIdentity identity, SnapshotInstance opener) {
    return open.stream()
            .anyMatch(
                instance ->
                    instance != opener && instance.snapshot().databases().containsValue(identity))
        ? DatabaseFiles.unchanged(identity)
        : DatabaseFiles.identify(Path.of(identity.path())).equals(identity);
  }

  /** The identity of a file as it is now. */
  synchronized FileIdentity identify(Path file) {
    String path = path(file);
    await(Set.of(path));
    return open.stream()
        .flatMap(instance -> instance.snapshot().files().values().stream())
        .filter(identity -> identity.path().equals(path) && DatabaseFiles.unchanged(identity))
        .findFirst()
        .orElseGet(() -> DatabaseFiles.identify(file));
  }

  /** Whether an instance has a file open, or is about to open or close it. */
  synchronized boolean hasOpen(Path file) {
    String path = path(file);
    return open.stream()
        .flatMap(instance -> instance.snapshot().files().values().stream())
        .anyMatch(identity -> identity.path().equals(path));
  }

  /** Takes an instance in that is about to open its files. */
  synchronized void opening(SnapshotInstance instance) {
    open.add(instance);
  }

  /**
   * Leases an instance, unless somebody writes one of its files.
   *
   * @return whether it is leased; else {@link #awaitWriters} before another try
   */
  synchronized boolean addLease(SnapshotInstance instance) {
    if (isWritten(instance)) {
      return false;
    }
    instance.addLease();
    return true;
  }

  /** Waits until nobody writes the files of an instance. */
  synchronized void awaitWriters(SnapshotInstance instance) {
    await(paths(instance));
  }

  private boolean isWritten(SnapshotInstance instance) {
    return paths(instance).stream().anyMatch(written::contains);
  }

  private static Set<String> paths(SnapshotInstance instance) {
    return instance.snapshot().files().values().stream()
        .map(FileIdentity::path)
        .collect(Collectors.toSet());
  }

  private static String path(Path file) {
    return file.toAbsolutePath().normalize().toString();
  }

  private synchronized void await(Set<String> paths) {
    try {
      while (paths.stream().anyMatch(written::contains)) {
        wait();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static DuckherderException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
  }

  /**
   * Waits until nothing in this process uses a file, closes it, and lets nobody open it.
   *
   * @return whether that succeeded in time; then {@link #endWriting} is to follow
   */
  synchronized boolean beginWriting(Path file, Duration patience) {
    String path = path(file);
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (written.contains(path) || !closeAll(path)) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    written.add(path);
    return true;
  }

  private boolean closeAll(String path) {
    return open.stream().filter(instance -> paths(instance).contains(path)).toList().stream()
        .allMatch(this::closeIfIdle);
  }

  /** Lets others open a file again. */
  synchronized void endWriting(Path file) {
    written.remove(path(file));
    notifyAll();
  }

  synchronized void dropLease(SnapshotInstance instance) {
    instance.dropLease();
    notifyAll();
  }

  /**
   * Closes an instance, and those that share files with it, unless one of them is in use.
   *
   * @return whether it is closed now
   */
  synchronized boolean closeIfIdle(SnapshotInstance instance) {
    Set<SnapshotInstance> group = sharing(instance);
    if (group.stream().anyMatch(member -> member.leases() > 0)) {
      return false;
    }
    open.removeAll(group);
    group.forEach(SnapshotInstance::closeFiles);
    return true;
  }

  /** Closes an instance whoever uses it: its engine ends. */
  void close(SnapshotInstance instance) {
    synchronized (this) {
      open.remove(instance);
    }
    instance.closeFiles();
  }

  /** The instance with all that share a file with it, or with one that does. */
  private Set<SnapshotInstance> sharing(SnapshotInstance instance) {
    Set<SnapshotInstance> found = new HashSet<>(Set.of(instance));
    ArrayDeque<SnapshotInstance> next = new ArrayDeque<>(found);
    while (!next.isEmpty()) {
      SnapshotInstance one = next.remove();
      for (SnapshotInstance other : open) {
        if (!found.contains(other) && one.sharesFileWith(other)) {
          found.add(other);
          next.add(other);
        }
      }
    }
    return found;
  }
}

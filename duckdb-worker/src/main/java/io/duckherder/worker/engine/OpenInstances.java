package io.duckherder.worker.engine;

import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.FileIdentity;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

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
    String path = file.toAbsolutePath().normalize().toString();
    return open.stream()
        .flatMap(instance -> instance.snapshot().files().values().stream())
        .filter(identity -> identity.path().equals(path) && DatabaseFiles.unchanged(identity))
        .findFirst()
        .orElseGet(() -> DatabaseFiles.identify(file));
  }

  /** Whether an instance has a file open, or is about to open or close it. */
  synchronized boolean hasOpen(Path file) {
    String path = file.toAbsolutePath().normalize().toString();
    return open.stream()
        .flatMap(instance -> instance.snapshot().files().values().stream())
        .anyMatch(identity -> identity.path().equals(path));
  }

  /** Takes an instance in that is about to open its files. */
  synchronized void opening(SnapshotInstance instance) {
    open.add(instance);
  }

  synchronized void addLease(SnapshotInstance instance) {
    instance.addLease();
  }

  synchronized void dropLease(SnapshotInstance instance) {
    instance.dropLease();
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

package io.duckherder.cluster.managed;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.storage.DirectoryStore;
import io.duckherder.storage.seal.Cut;
import io.duckherder.storage.seal.SnapshotStore;
import io.duckherder.worker.engine.LiveInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A database that the driver writes, with its snapshots. Seals and checkpoints exclude each other;
 * neither excludes reads, and a seal holds commits up for its cut only. Safe for use by many
 * threads.
 */
final class ManagedDatabase {
  private final String name;
  private final Path file;
  private final DirectoryStore objects;
  private final SnapshotStore store;
  private final LiveInstance live;
  private final LiveGate gate;

  /** Held by who seals or checkpoints. */
  private final ReentrantLock storage = new ReentrantLock();

  /** Written under {@code storage}. */
  private volatile long checkpoints;

  private volatile @Nullable Sealed sealed;

  /** How far the database was written: a commit, and a checkpoint, changes it. */
  private record Extent(long checkpoints, long walBytes) {}

  private record Sealed(SealedVersion version, Extent extent) {}

  ManagedDatabase(
      String name,
      Path file,
      DirectoryStore objects,
      SnapshotStore store,
      LiveInstance live,
      LiveGate gate) {
    this.name = name;
    this.file = file;
    this.objects = objects;
    this.store = store;
    this.live = live;
    this.gate = gate;
  }

  String name() {
    return name;
  }

  Path file() {
    return file;
  }

  SnapshotStore store() {
    return store;
  }

  DirectoryStore objects() {
    return objects;
  }

  /** Closes what is kept of it; DuckDB has closed the live file before. */
  void close() {
    try {
      store.close();
    } finally {
      objects.close();
    }
  }

  /** The newest snapshot; there is one from the start on. */
  SealedVersion newest() {
    Sealed known = sealed;
    if (known == null) {
      throw new IllegalStateException("Database " + name + " was not sealed at the start");
    }
    return known.version();
  }

  /** Whether the newest snapshot holds every commit. */
  boolean isSealed() {
    Sealed known = sealed;
    return known != null && known.extent().equals(extent());
  }

  /** Bytes of the write-ahead log. */
  long walBytes() {
    try {
      return Files.size(file.resolveSibling(file.getFileName() + ".wal"));
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE,
          "Cannot look at the log of database \"%s\": %s".formatted(name, e.getMessage()),
          e);
    }
  }

  void lockStorage() {
    storage.lock();
  }

  void unlockStorage() {
    storage.unlock();
  }

  /** Where the next seal ends; taken while commits are held and storage is locked. */
  PendingSeal cut() {
    return new PendingSeal(this, store.cut(), checkpoints, walBytes());
  }

  /** The copy for a cut, taken while storage was locked, as it still is. */
  record PendingSeal(ManagedDatabase database, Cut cut, long checkpoints, long walBytes) {
    SealedVersion seal() {
      return database.seal(cut, new Extent(checkpoints, walBytes));
    }
  }

  private SealedVersion seal(Cut cut, Extent extent) {
    SealedVersion version = new SealedVersion(store.database(), store.seal(cut).number());
    sealed = new Sealed(version, extent);
    return version;
  }

  /**
   * Writes the log into the file, in a window without transactions.
   *
   * @return false if transactions did not end in time
   */
  boolean checkpoint(Duration drain) {
    storage.lock();
    try {
      return gate.window(
          drain,
          () -> {
            live.checkpoint(name);
            checkpoints = checkpoints + 1;
            store.afterCheckpoint();
          });
    } finally {
      storage.unlock();
    }
  }

  private Extent extent() {
    return new Extent(checkpoints, walBytes());
  }
}

package io.duckherder.cluster.managed;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.storage.DirectoryStore;
import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.seal.Cut;
import io.duckherder.storage.seal.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A database that the driver writes, with its snapshots. Seals and checkpoints exclude each other;
 * neither excludes reads, and a seal holds commits up for its cut only. Safe for use by many
 * threads.
 */
final class ManagedDatabase {
  private static final String REFUSED = "Cannot CHECKPOINT";

  private final String name;
  private final Path file;
  private final DirectoryStore objects;
  private final LiveGate gate;

  /** The one of its folder, whatever live file is attached to it. */
  private final SnapshotStore store;

  /** Held by who seals, checkpoints or exchanges the live file. */
  private final ReentrantLock storage = new ReentrantLock();

  /** Written under {@code storage}. */
  private volatile long checkpoints;

  /** Written under {@code storage}. */
  private volatile @Nullable Sealed sealed;

  /** How far the database was written: a commit, and a checkpoint, changes it. */
  private record Extent(long checkpoints, long walBytes) {}

  private record Sealed(SealedVersion version, Extent extent) {}

  /**
   * The counts of commits at the cuts of snapshots since the last checkpoint. Guarded by itself.
   */
  private final Map<SealedVersion, Long> cuts = new HashMap<>();

  private ManagedDatabase(String name, Path file, DirectoryStore objects, LiveGate gate) {
    this.name = name;
    this.file = file;
    this.objects = objects;
    this.store = SnapshotStore.open(objects);
    this.gate = gate;
  }

  /**
   * Takes hold of a database's store, which only one process may, and brings to an end what an
   * earlier one left undone. {@link #attach} follows when DuckDB has the live file open.
   */
  static ManagedDatabase open(String name, Path file, LiveGate gate) {
    DirectoryStore objects = DirectoryStore.open(ManagedDatabases.storeOf(file));
    try {
      LiveFileChange change = new LiveFileChange(file, objects);
      change.finish();
      new LiveFileCheck(name, file).requireNewest(objects, change.isDone());
      return new ManagedDatabase(name, file, objects, gate);
    } catch (RuntimeException e) {
      objects.close();
      throw e;
    }
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

  /** Takes up the live file, which DuckDB has opened. */
  void attach() {
    store.attach(file);
    sealed = null;
  }

  /** Lets go of the live file, which DuckDB has closed. */
  void detach() {
    store.detach();
  }

  /** Lets go of everything; DuckDB has closed the live file. */
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
    return known == null ? version(store.newest().orElseThrow()) : known.version();
  }

  /** A kept snapshot. */
  SealedVersion version(SnapshotSummary snapshot) {
    return new SealedVersion(store.database(), snapshot.number(), snapshot.id());
  }

  /** Whether the newest snapshot holds every commit. */
  boolean isSealed() {
    Sealed known = sealed;
    // In this order: whoever sees the log that a checkpoint emptied sees that there was one.
    long walBytes = walBytes();
    return known != null && known.extent().equals(new Extent(checkpoints, walBytes));
  }

  /** Bytes of the write-ahead log. */
  long walBytes() {
    try {
      return Files.size(SnapshotFiles.walOf(file));
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
  PendingSeal cut(long sequence) {
    Extent extent = new Extent(checkpoints, walBytes());
    return new PendingSeal(this, store.cut(), extent, sequence);
  }

  /** Takes note that the commits so far are in the newest snapshot, if they are. */
  void unchangedAt(long sequence) {
    Sealed known = sealed;
    if (known != null && isSealed()) {
      remember(known.version(), sequence);
    }
  }

  private void remember(SealedVersion version, long sequence) {
    synchronized (cuts) {
      cuts.put(version, sequence);
    }
  }

  /**
   * How many commits there had been at the cut of a snapshot; empty if that is not known, or rows
   * may have moved by a checkpoint since.
   */
  Optional<Long> sequenceOf(SealedVersion version) {
    synchronized (cuts) {
      return Optional.ofNullable(cuts.get(version));
    }
  }

  /** A cut that is to be copied, while storage is locked. */
  record PendingSeal(ManagedDatabase database, Cut cut, Extent extent, long sequence) {
    void seal() {
      SnapshotSummary summary = database.store.seal(cut);
      new LiveFileChange(database.file, database.objects).forget();
      SealedVersion version = database.version(summary);
      database.remember(version, sequence);
      database.sealed = new Sealed(version, extent);
    }
  }

  /**
   * Writes the log into the file. DuckDB refuses that beside some transactions, and tells at once;
   * then it is done in a window without any.
   *
   * @param live has the file open
   * @param drain how long a window waits for transactions to end
   * @return false if they did not end in time
   */
  boolean checkpoint(LiveDatabases live, Duration drain) {
    return checkpointBeside(live)
        || gate.window(drain, () -> alone(drain, () -> write(live)))
        || checkpointBeside(live);
  }

  /** Writes the log into the file if no transaction is open of those that forbid it. */
  boolean checkpointBeside(LiveDatabases live) {
    return alone(Duration.ZERO, () -> gate.holdingCommits(() -> tryWrite(live)));
  }

  private boolean alone(Duration wait, BooleanSupplier work) {
    try {
      if (!storage.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    try {
      return work.getAsBoolean();
    } finally {
      storage.unlock();
    }
  }

  private boolean tryWrite(LiveDatabases live) {
    Map<SealedVersion, Long> before;
    synchronized (cuts) {
      before = Map.copyOf(cuts);
    }
    try {
      return write(live);
    } catch (DuckherderException e) {
      if (e.text().contains(REFUSED)) {
        // No row moved, and nobody committed or sealed meanwhile.
        checkpoints = checkpoints - 1;
        synchronized (cuts) {
          cuts.putAll(before);
        }
        return false;
      }
      throw e;
    }
  }

  private boolean write(LiveDatabases live) {
    // Before it empties the log, which may have been as empty when it was sealed.
    checkpoints = checkpoints + 1;
    synchronized (cuts) {
      cuts.clear();
    }
    live.checkpoint(name);
    store.afterCheckpoint();
    return true;
  }
}

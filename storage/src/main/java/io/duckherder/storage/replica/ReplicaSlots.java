package io.duckherder.storage.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.StorageErrors;
import io.duckherder.storage.replica.SlotChoice.Claim;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of one database: slots that each hold one snapshot as a plain DuckDB file, and are
 * patched to another one while nobody uses them. Only the parts of the file that differ are copied,
 * forwards or backwards, and each is held against its digest.
 *
 * <p>All processes of a host may use the same folder. A slot is in use while its lock is shared,
 * and changed only by who holds the lock alone, so a DuckDB that has the file open never sees it
 * change. Several that want a snapshot which no slot holds get it from one change: the others wait
 * for it. A change is announced on disk before its first byte and over when the new state is on
 * disk behind the last: a slot never claims what it does not hold, however its process ends, and
 * what was copied before stays copied. Safe for use by many threads.
 */
public final class ReplicaSlots {
  private static final Logger log = LoggerFactory.getLogger(ReplicaSlots.class);

  /** Unused slots that are kept: one for the next snapshot, one for what is read between. */
  private static final int SPARE = 2;

  /** How often the bytes of a snapshot may move while it is copied. */
  private static final int MOVES = 5;

  private final ReplicaDirectory directory;
  private final String database;
  private final SlotOrder order;
  private final LongFunction<SnapshotContent> contents;
  private final PieceCopy source;
  private final int threads;

  /**
   * The slots of a database.
   *
   * @param database its id, the name of its folder
   * @param contents tells where the bytes of a snapshot are; fails if there is none of that number
   * @param source where they are read
   * @param threads reads that are under way at a time
   */
  public ReplicaSlots(
      ReplicaDirectory directory,
      String database,
      SlotOrder order,
      LongFunction<SnapshotContent> contents,
      ObjectSource source,
      int threads) {
    this.directory = directory;
    this.database = database;
    this.order = order;
    this.contents = contents;
    this.source = new PieceCopy(source, threads);
    this.threads = threads;
  }

  /**
   * A slot that holds a snapshot; it is made first if there is none.
   *
   * @param id of the snapshot: another one may have its number
   */
  public ReplicaLease acquire(long number, String id) {
    try {
      Path folder = directory.folder(database);
      SnapshotContent content = null;
      int moves = 0;
      while (true) {
        Step step = look(folder, number, id, content);
        if (step.lease() != null) {
          return step.lease();
        }
        try {
          if (step.claim() != null) {
            return change(folder, step.claim());
          }
          if (content == null && !step.busy()) {
            content = content(number, id);
          } else {
            HostLocks.PROCESS.awaitRelease();
          }
        } catch (DuckherderException e) {
          // A collection moves bytes, and what tells where they are, to other objects.
          if (e.code() != StandardErrorCode.SNAPSHOT_NOT_FOUND || ++moves > MOVES) {
            throw e;
          }
          content = null;
        }
      }
    } catch (IOException e) {
      throw failure(number, e);
    }
  }

  private SnapshotContent content(long number, String id) {
    SnapshotContent content = contents.apply(number);
    if (!content.id().equals(id)) {
      throw StorageErrors.notFound(
          "Snapshot %d of database %s is not the one that was asked for: its files were replaced by a copy since"
              .formatted(number, database));
    }
    return content;
  }

  /** What one look behind the gate led to: a lease, a claim, or neither. */
  private record Step(@Nullable ReplicaLease lease, @Nullable Claim claim, boolean busy) {
    static final Step AGAIN = new Step(null, null, false);
    static final Step BUSY = new Step(null, null, true);
  }

  private Step look(Path folder, long number, String id, @Nullable SnapshotContent content)
      throws IOException {
    try (ReplicaDirectory.Gate gate = directory.enter()) {
      List<SlotContents> slots = new ArrayList<>();
      for (Slot slot : directory.slots(folder)) {
        SlotContents held = SlotContents.of(slot);
        if (held.holds(number, id)) {
          // Who made it has the lock alone until he comes behind the gate.
          return HostLocks.PROCESS.tryShared(slot.lock())
              ? new Step(new ReplicaLease(slot, number), null, false)
              : Step.BUSY;
        }
        if (held.target() == number && isLocked(slot)) {
          return Step.BUSY;
        }
        slots.add(held);
      }
      if (content == null) {
        return Step.AGAIN;
      }
      try (SlotChoice choice = new SlotChoice(directory, folder, slots, order)) {
        return choice.firstIsOnItsWay() ? Step.BUSY : new Step(null, choice.claim(content), false);
      }
    }
  }

  private static boolean isLocked(Slot slot) {
    if (HostLocks.PROCESS.tryExclusive(slot.lock())) {
      HostLocks.PROCESS.release(slot.lock());
      return false;
    }
    return true;
  }

  /** Changes a slot that was taken, and gives it to be read. */
  private ReplicaLease change(Path folder, Claim claim) throws IOException {
    Slot slot = claim.slot();
    boolean shared = false;
    try {
      patch(claim);
      try (ReplicaDirectory.Gate gate = directory.enter()) {
        HostLocks.PROCESS.share(slot.lock());
        dropSurplus(folder);
      }
      shared = true;
      return new ReplicaLease(slot, claim.plan().content().number());
    } catch (IOException e) {
      if (isFull(e) && claim.generation() == 0) {
        deleteNew(slot);
      }
      throw e;
    } finally {
      if (!shared) {
        HostLocks.PROCESS.release(slot.lock());
      }
    }
  }

  private void patch(Claim claim) throws IOException {
    Slot slot = claim.slot();
    try {
      long began = System.nanoTime();
      new SlotPatch(slot, claim.plan(), source, threads, claim.neighbour())
          .apply(claim.generation() + 1)
          .store(slot.state());
      log.debug(
          "{} holds snapshot {} after {} ms, for about {} bytes",
          slot.file(),
          claim.plan().content().number(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
          claim.plan().cost());
    } finally {
      claim.neighbour().ifPresent(other -> HostLocks.PROCESS.release(other.slot().lock()));
    }
  }

  /** Gives the disk back that a slot took which did not fit on it. */
  private void deleteNew(Slot slot) throws IOException {
    try (ReplicaDirectory.Gate gate = directory.enter()) {
      slot.delete();
    }
  }

  private void dropSurplus(Path folder) {
    List<SlotContents> slots = new ArrayList<>();
    try {
      for (Slot slot : directory.slots(folder)) {
        slots.add(SlotContents.of(slot));
      }
      try (UnusedSlots unused = new UnusedSlots(directory, folder, slots)) {
        unused.dropBut(SPARE);
      }
    } catch (IOException e) {
      log.warn("Cannot delete unused replicas in {}: {}", folder, e.getMessage());
    }
  }

  private DuckherderException failure(long number, IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "Cancelled while a replica was made", e);
    }
    boolean full = isFull(e);
    return new DuckherderException(
        full ? StandardErrorCode.OUT_OF_DISK : StandardErrorCode.SNAPSHOT_STORE_BROKEN,
        "Cannot make a replica of snapshot %d in \"%s\": %s%s"
            .formatted(
                number,
                directory.root(),
                e.getMessage(),
                full ? "; free disk space, or choose another folder with --replicas" : ""),
        e);
  }

  private static boolean isFull(IOException e) {
    String reason = String.valueOf(e.getMessage());
    return Stream.of("No space left", "Disk quota exceeded", "not enough space", "too large")
        .anyMatch(reason::contains);
  }
}

package io.duckherder.storage.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The slots of a database that nobody uses: their locks are held here. For use under the gate. */
final class UnusedSlots implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UnusedSlots.class);

  private final ReplicaDirectory directory;
  private final Path folder;
  private final List<SlotContents> own = new ArrayList<>();
  private final List<SlotContents> deleted = new ArrayList<>();

  UnusedSlots(ReplicaDirectory directory, Path folder, List<SlotContents> slots) {
    this.directory = directory;
    this.folder = folder;
    for (SlotContents slot : slots) {
      if (HostLocks.PROCESS.tryExclusive(slot.slot().lock())) {
        own.add(slot);
      }
    }
  }

  List<SlotContents> own() {
    return List.copyOf(own);
  }

  /** Whether a slot made room. */
  boolean isDeleted(SlotContents slot) {
    return deleted.contains(slot);
  }

  /** Hands a slot over with its lock. */
  void take(SlotContents slot) {
    own.remove(slot);
  }

  /** Whether nobody changes a slot. */
  boolean isReadable(SlotContents slot) {
    if (own.contains(slot)) {
      return true;
    }
    Path lock = slot.slot().lock();
    if (!HostLocks.PROCESS.tryShared(lock)) {
      return false;
    }
    HostLocks.PROCESS.release(lock);
    return true;
  }

  /** Makes a slot one that is read, if nobody changes it. */
  boolean share(SlotContents slot) {
    if (!own.contains(slot)) {
      return HostLocks.PROCESS.tryShared(slot.slot().lock());
    }
    HostLocks.PROCESS.share(slot.slot().lock());
    own.remove(slot);
    return true;
  }

  /** Makes room for bytes by deleting slots, if that is enough; all may go. */
  boolean makeRoom(long bytes) throws IOException {
    return makeRoomBeside(bytes, List.of());
  }

  /** Makes room for bytes by deleting slots, if that is enough, but not a certain one. */
  boolean makeRoom(long bytes, SlotContents kept) throws IOException {
    return makeRoomBeside(bytes, List.of(kept));
  }

  private boolean makeRoomBeside(long bytes, List<SlotContents> kept) throws IOException {
    OptionalLong capacity = directory.capacity();
    if (capacity.isEmpty() || bytes <= 0) {
      return true;
    }
    long excess = directory.used() + bytes - capacity.getAsLong();
    List<SlotContents> mine = new ArrayList<>(own);
    mine.removeAll(kept);
    mine.sort(Comparator.comparingLong(SlotContents::number));
    List<SlotContents> others = new ArrayList<>();
    try {
      for (Slot slot : excess > 0 ? directory.slotsBeside(folder) : List.<Slot>of()) {
        if (HostLocks.PROCESS.tryExclusive(slot.lock())) {
          others.add(SlotContents.of(slot));
        }
      }
      long most =
          mine.stream().mapToLong(SlotContents::bytes).sum()
              + others.stream().mapToLong(SlotContents::bytes).sum();
      if (most < excess) {
        return false;
      }
      List<SlotContents> all = new ArrayList<>(mine);
      all.addAll(others);
      for (SlotContents slot : all) {
        if (excess <= 0) {
          break;
        }
        excess -= slot.bytes();
        delete(slot);
        if (own.remove(slot)) {
          deleted.add(slot);
          HostLocks.PROCESS.release(slot.slot().lock());
        }
      }
      return true;
    } finally {
      others.forEach(slot -> HostLocks.PROCESS.release(slot.slot().lock()));
    }
  }

  /** Deletes all but some: those that hold the greatest numbers stay. */
  void dropBut(int count) throws IOException {
    List<SlotContents> sorted = new ArrayList<>(own);
    sorted.sort(Comparator.comparingLong(SlotContents::number).reversed());
    for (SlotContents slot : sorted.subList(Math.min(count, sorted.size()), sorted.size())) {
      delete(slot);
    }
  }

  private static void delete(SlotContents slot) throws IOException {
    log.debug("Deleting {}, which held snapshot {}", slot.slot().file(), slot.number());
    slot.slot().delete();
  }

  @Override
  public void close() {
    own.forEach(slot -> HostLocks.PROCESS.release(slot.slot().lock()));
  }
}

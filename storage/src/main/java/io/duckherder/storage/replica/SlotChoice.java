package io.duckherder.storage.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.SnapshotContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds a slot for a snapshot that none holds: the unused one with least to change, else a new one.
 * An unused slot with a newer snapshot than the wanted one stays if there is another way, since
 * that one is wanted again. Where the cap on the disk stands in the way, slots that nobody uses
 * make room.
 *
 * <p>For use under the gate. It holds the locks of all unused slots while it chooses.
 */
final class SlotChoice implements AutoCloseable {
  private final UnusedSlots unused;
  private final ReplicaDirectory directory;
  private final Path folder;
  private final List<SlotContents> slots;
  private final SlotOrder order;

  SlotChoice(ReplicaDirectory directory, Path folder, List<SlotContents> slots, SlotOrder order) {
    this.directory = directory;
    this.folder = folder;
    this.slots = slots;
    this.order = order;
    this.unused = new UnusedSlots(directory, folder, slots);
  }

  /**
   * A slot to be changed.
   *
   * @param slot its lock is the taker's alone
   * @param neighbour another slot to copy from; the taker has a part in its lock
   */
  record Claim(Slot slot, PatchPlan plan, long generation, Optional<SlotContents> neighbour) {}

  private record Candidate(SlotContents slot, PatchPlan plan) {}

  /**
   * Whether the first replica of the database is being made for another snapshot: it will hold most
   * of what is wanted, and nothing else does. It is not made before its maker, who has its lock
   * alone until then, lets others read it.
   */
  boolean firstIsOnItsWay() {
    return slots.stream().noneMatch(slot -> slot.number() != 0 && unused.isReadable(slot))
        && slots.stream().anyMatch(slot -> !unused.own().contains(slot));
  }

  /**
   * Takes a slot; its change is announced on disk.
   *
   * @throws DuckherderException NO_REPLICA_SLOT if the disk is used up and every slot in use
   */
  Claim claim(SnapshotContent content) throws IOException {
    DigestTable digests = DigestTable.of(content);
    long bytes = content.fileBytes() + content.walBytes();
    for (Candidate candidate : candidates(content, digests)) {
      SlotContents slot = candidate.slot();
      if (order.isNewer(slot.number(), content.number()) && unused.makeRoom(bytes, slot)) {
        return claimNew(content, digests);
      }
      if (unused.makeRoom(bytes - slot.bytes(), slot)) {
        Claim claim = announce(slot, candidate.plan());
        unused.take(slot);
        return claim;
      }
    }
    if (!unused.makeRoom(bytes)) {
      throw noSlot(content, bytes);
    }
    return claimNew(content, digests);
  }

  private List<Candidate> candidates(SnapshotContent content, DigestTable digests) {
    List<Candidate> candidates = new ArrayList<>();
    for (SlotContents slot : unused.own()) {
      candidates.add(new Candidate(slot, PatchPlan.of(slot, content, digests)));
    }
    candidates.sort(
        Comparator.comparing(
                (Candidate candidate) -> order.isNewer(candidate.slot().number(), content.number()))
            .thenComparingLong(candidate -> candidate.plan().cost()));
    return candidates;
  }

  private Claim claimNew(SnapshotContent content, DigestTable digests) throws IOException {
    int number = 1;
    List<Integer> taken = directory.slots(folder).stream().map(Slot::number).toList();
    while (taken.contains(number)) {
      number++;
    }
    Slot slot = new Slot(folder, number);
    if (!HostLocks.PROCESS.tryExclusive(slot.lock())) {
      throw new IllegalStateException("Locked without a file: " + slot.lock());
    }
    try {
      SlotContents contents = SlotContents.of(slot);
      return announce(contents, PatchPlan.of(contents, content, digests));
    } catch (IOException | RuntimeException e) {
      HostLocks.PROCESS.release(slot.lock());
      throw e;
    }
  }

  private Claim announce(SlotContents slot, PatchPlan plan) throws IOException {
    BitSet doubtful = slot.doubtful();
    doubtful.or(plan.touched());
    new SlotChange(slot.generation(), plan.content().number(), plan.bytes(), doubtful)
        .store(slot.slot().change());
    return new Claim(slot.slot(), plan, slot.generation(), neighbour(slot, plan));
  }

  /** The slot that holds most of what is to be written, if any does. */
  private Optional<SlotContents> neighbour(SlotContents changed, PatchPlan plan) {
    Optional<SlotContents> best = Optional.empty();
    long most = 0;
    for (SlotContents other : slots) {
      if (other.slot().equals(changed.slot()) || unused.isDeleted(other)) {
        continue;
      }
      long same = other.number() == 0 ? 0 : plan.heldBy(other);
      if (same > most) {
        most = same;
        best = Optional.of(other);
      }
    }
    return best.filter(unused::share);
  }

  private DuckherderException noSlot(SnapshotContent content, long bytes) throws IOException {
    String held =
        slots.stream()
            .filter(slot -> !unused.own().contains(slot))
            .map(slot -> String.valueOf(Math.max(slot.number(), slot.target())))
            .collect(Collectors.joining(", "));
    return new DuckherderException(
        StandardErrorCode.NO_REPLICA_SLOT,
        ("Cannot make a replica of snapshot %d: it takes %d bytes, the replicas in \"%s\" take %d"
                + " of %d, and all that could make room are in use%s; run it again when other"
                + " queries have ended, or raise --replica-space")
            .formatted(
                content.number(),
                bytes,
                directory.root(),
                directory.used(),
                directory.capacity().orElse(0),
                held.isEmpty() ? "" : " (this database's hold snapshots " + held + ")"));
  }

  @Override
  public void close() {
    unused.close();
  }
}

package io.duckherder.storage.replica;

import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.replica.SlotState.LogPart;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What is certain of what a slot holds, looked up on disk. What a change that did not end may have
 * written is in doubt, and so is all of a slot whose files somebody else wrote. Read under the
 * gate; holds as long as nobody changes the slot.
 */
final class SlotContents {
  private final Slot slot;
  private final Optional<SlotState> state;
  private final Optional<SlotChange> change;
  private final FileStamp file;
  private final FileStamp log;

  private SlotContents(
      Slot slot,
      Optional<SlotState> state,
      Optional<SlotChange> change,
      FileStamp file,
      FileStamp log) {
    this.slot = slot;
    this.state = state;
    this.change = change;
    this.file = file;
    this.log = log;
  }

  static SlotContents of(Slot slot) throws IOException {
    Optional<SlotState> state = SlotState.load(slot.state());
    long generation = state.map(SlotState::generation).orElse(0L);
    return new SlotContents(
        slot,
        state,
        SlotChange.load(slot.change()).filter(change -> change.generation() == generation),
        FileStamp.of(slot.file()),
        FileStamp.of(slot.wal()));
  }

  Slot slot() {
    return slot;
  }

  /** The snapshot that the slot holds, 0 if none. */
  long number() {
    return isWhole() ? state.map(SlotState::number).orElse(0L) : 0;
  }

  /** Whether the slot holds a snapshot, and not another one of its number. */
  boolean holds(long number, String id) {
    return number() == number && state.filter(known -> known.id().equals(id)).isPresent();
  }

  /** The snapshot that a change that has not ended makes of it, 0 if none. */
  long target() {
    return change.map(SlotChange::target).orElse(0L);
  }

  /** Counts the changes of the slot. */
  long generation() {
    return state.map(SlotState::generation).orElse(0L);
  }

  /** The disk that it takes, or will when the change is through. */
  long bytes() {
    return Math.max(file.size() + log.size(), change.map(SlotChange::bytes).orElse(0L));
  }

  /** Bytes that its database file has. */
  long fileBytes() {
    return file.size();
  }

  /** Parts that may hold anything. */
  BitSet doubtful() {
    if (change.isPresent()) {
      return change.get().parts();
    }
    BitSet parts = new BitSet();
    if (!isWhole()) {
      state.ifPresent(known -> parts.set(0, known.digests().size()));
    }
    return parts;
  }

  /** What the parts are that {@link #doubtful} does not name; empty if the geometry differs. */
  DigestTable digests(SnapshotContent content) {
    return state
        .filter(
            known ->
                known.blockBytes() == content.blockBytes()
                    && known.headerBytes() == content.headers().length())
        .map(SlotState::digests)
        .orElseGet(DigestTable::empty);
  }

  /** The parts of the write-ahead log, if they are certain. */
  Optional<List<LogPart>> logParts() {
    return isWhole() ? state.map(SlotState::wal) : Optional.empty();
  }

  private boolean isWhole() {
    return change.isEmpty()
        && state.filter(known -> known.file().equals(file) && known.log().equals(log)).isPresent();
  }
}

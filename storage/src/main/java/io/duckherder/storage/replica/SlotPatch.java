package io.duckherder.storage.replica;

import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.replica.PieceCopy.Placed;
import io.duckherder.storage.replica.SlotState.LogPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Changes the files of a slot, whose lock the caller holds alone, and whose change is announced.
 * Parts in doubt are read first; what another slot of this host holds is copied from there; the
 * rest comes from the source.
 */
final class SlotPatch {
  private final Slot slot;
  private final PatchPlan plan;
  private final PieceCopy source;
  private final int threads;
  private final Optional<SlotContents> neighbour;

  /**
   * @param neighbour another slot, which nobody changes meanwhile
   */
  SlotPatch(
      Slot slot, PatchPlan plan, PieceCopy source, int threads, Optional<SlotContents> neighbour) {
    this.slot = slot;
    this.plan = plan;
    this.source = source;
    this.threads = threads;
    this.neighbour = neighbour;
  }

  /** Writes the files, forces them to disk, and gives what they hold then. */
  SlotState apply(long generation) throws IOException {
    try (FileChannel channel = open(slot.file())) {
      writeFile(new LocalFile(channel));
      channel.force(true);
    }
    writeLog();
    SnapshotContent content = plan.content();
    return new SlotState(
        generation,
        content.number(),
        content.id(),
        content.blockBytes(),
        content.headers().length(),
        plan.digests(),
        LogPart.of(content.wal()),
        FileStamp.of(slot.file()),
        FileStamp.of(slot.wal()));
  }

  private void writeFile(LocalFile file) throws IOException {
    long length = plan.content().fileBytes();
    if (file.channel().size() > length) {
      file.channel().truncate(length);
    }
    BitSet free = new BitSet();
    plan.touched().stream().filter(plan::isFree).forEach(free::set);
    BitSet checked = plan.checked();
    checked.andNot(free);
    BitSet written = plan.written();
    written.andNot(free);
    List<Placed> missing = new ArrayList<>(check(file, plan.placed(checked)));
    missing.addAll(copyFromNeighbour(file, written));
    source.copy(missing, file::write);
    clear(file, free);
    if (file.channel().size() < length) {
      file.write(length - 1, ByteBuffer.allocate(1));
    }
  }

  /** Those of some pieces that the file does not hold where they belong. */
  private List<Placed> check(LocalFile file, List<Placed> pieces) throws IOException {
    List<Placed> here = new ArrayList<>();
    for (Placed placed : pieces) {
      here.add(new Placed(inFile(file, slot.file(), placed), placed.position()));
    }
    List<Placed> wrong = new PieceCopy(file, threads).copyIntact(here, (position, bytes) -> {});
    BitSet parts = new BitSet();
    for (Placed placed : wrong) {
      parts.set(plan.partAt(placed.position()));
    }
    return plan.placed(parts);
  }

  /** Copies what the other slot holds at the same place, and gives the rest. */
  private List<Placed> copyFromNeighbour(LocalFile file, BitSet parts) throws IOException {
    if (neighbour.isEmpty()) {
      return plan.placed(parts);
    }
    SlotContents other = neighbour.get();
    DigestTable known = other.digests(plan.content());
    BitSet shared = new BitSet();
    parts.stream().filter(part -> known.same(part, plan.digests())).forEach(shared::set);
    BitSet rest = (BitSet) parts.clone();
    rest.andNot(shared);
    try (FileChannel channel = FileChannel.open(other.slot().file(), StandardOpenOption.READ)) {
      LocalFile from = new LocalFile(channel);
      List<Placed> there = new ArrayList<>();
      for (Placed placed : plan.placed(shared)) {
        there.add(new Placed(inFile(from, other.slot().file(), placed), placed.position()));
      }
      for (Placed damaged : new PieceCopy(from, threads).copyIntact(there, file::write)) {
        rest.set(plan.partAt(damaged.position()));
      }
    }
    return plan.placed(rest);
  }

  private static Piece inFile(LocalFile file, Path path, Placed placed) {
    return new Piece(
        path.toString(), placed.position(), placed.piece().length(), placed.piece().digest());
  }

  /** Makes zeros of free blocks that hold something. */
  private void clear(LocalFile file, BitSet free) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(plan.content().blockBytes());
    ByteBuffer held = ByteBuffer.allocateDirect(plan.content().blockBytes());
    for (int part = free.nextSetBit(0); part >= 0; part = free.nextSetBit(part + 1)) {
      file.read(slot.file().toString(), plan.position(part), held.clear());
      if (!held.flip().equals(zeros.clear())) {
        file.write(plan.position(part), zeros);
      }
    }
  }

  private void writeLog() throws IOException {
    List<Piece> wal = plan.content().wal();
    if (wal.isEmpty()) {
      Files.deleteIfExists(slot.wal());
      return;
    }
    try (FileChannel channel = open(slot.wal())) {
      LocalFile log = new LocalFile(channel);
      List<Placed> placed = new ArrayList<>();
      long position = 0;
      for (Piece piece : wal) {
        placed.add(new Placed(piece, position));
        position += piece.length();
      }
      int kept = plan.logParts().isPresent() ? plan.logParts().get() : intactPrefix(log, placed);
      List<Placed> missing = placed.subList(kept, placed.size());
      channel.truncate(missing.isEmpty() ? position : missing.get(0).position());
      source.copy(missing, log::write);
      channel.force(true);
    }
  }

  /** How many parts of the log are there already, from its start. */
  private int intactPrefix(LocalFile log, List<Placed> placed) throws IOException {
    List<Placed> here = new ArrayList<>();
    for (Placed part : placed) {
      if (part.position() + part.piece().length() <= log.channel().size()) {
        here.add(new Placed(inFile(log, slot.wal(), part), part.position()));
      }
    }
    long intact =
        new PieceCopy(log, threads)
            .copyIntact(here, (position, bytes) -> {}).stream()
                .mapToLong(Placed::position)
                .min()
                .orElse(Long.MAX_VALUE);
    return (int) here.stream().filter(part -> part.position() < intact).count();
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }
}

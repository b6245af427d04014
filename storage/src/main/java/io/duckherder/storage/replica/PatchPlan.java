package io.duckherder.storage.replica;

import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.replica.PieceCopy.Placed;
import io.duckherder.storage.replica.SlotState.LogPart;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done to a slot so that it holds a snapshot.
 *
 * @param content of the snapshot
 * @param digests of its parts
 * @param written parts that hold something else
 * @param checked parts that may hold it already, to be read first
 * @param logParts parts of the write-ahead log that stay; absent if nothing is known of it
 * @param cost bytes to move, by which slots compare
 */
record PatchPlan(
    SnapshotContent content,
    DigestTable digests,
    BitSet written,
    BitSet checked,
    Optional<Integer> logParts,
    long cost) {
  /** Reading a part of a local file beside fetching it. */
  private static final int CHECK_DISCOUNT = 8;

  /** The plan for a slot of which something is known. */
  static PatchPlan of(SlotContents slot, SnapshotContent content, DigestTable wanted) {
    DigestTable known = slot.digests(content);
    BitSet doubtful = slot.doubtful();
    boolean anything = known.size() > 0;
    BitSet written = new BitSet();
    BitSet checked = new BitSet();
    long cost = 0;
    for (int part = 0; part < wanted.size(); part++) {
      int length = length(content, part);
      boolean inFile = position(content, part) < slot.fileBytes();
      if (!inFile) {
        if (!isFree(content, part)) {
          written.set(part);
          cost += length;
        }
      } else if (!anything || part >= known.size() || doubtful.get(part)) {
        checked.set(part);
        cost += length / CHECK_DISCOUNT;
      } else if (!known.same(part, wanted)) {
        written.set(part);
        cost += length;
      }
    }
    Optional<Integer> logParts = slot.logParts().map(parts -> prefix(parts, content.wal()));
    cost += content.wal().stream().skip(logParts.orElse(0)).mapToLong(Piece::length).sum();
    return new PatchPlan(content, wanted, written, checked, logParts, cost);
  }

  private static int prefix(List<LogPart> parts, List<Piece> wal) {
    int same = 0;
    while (same < Math.min(parts.size(), wal.size())
        && parts.get(same).length() == wal.get(same).length()
        && parts.get(same).digest().equals(wal.get(same).digest())) {
      same++;
    }
    return same;
  }

  /** Parts that are in doubt while this is done. */
  BitSet touched() {
    BitSet touched = written();
    touched.or(checked);
    return touched;
  }

  @Override
  public BitSet written() {
    return (BitSet) written.clone();
  }

  @Override
  public BitSet checked() {
    return (BitSet) checked.clone();
  }

  /** Parts to be written that another slot holds at the same place. */
  long heldBy(SlotContents other) {
    DigestTable known = other.digests(content);
    return written.stream().filter(part -> known.same(part, digests)).count();
  }

  /** Bytes of the files of the snapshot. */
  long bytes() {
    return content.fileBytes() + content.walBytes();
  }

  boolean isFree(int part) {
    return isFree(content, part);
  }

  Piece piece(int part) {
    return part == 0 ? content.headers() : content.blocks().get(part - 1);
  }

  long position(int part) {
    return position(content, part);
  }

  /** The part that begins at a position of the file. */
  int partAt(long position) {
    int headers = content.headers().length();
    return position == 0 ? 0 : (int) ((position - headers) / content.blockBytes()) + 1;
  }

  /** Parts with the places that they have in the file. */
  List<Placed> placed(BitSet parts) {
    List<Placed> placed = new ArrayList<>();
    parts.stream().forEach(part -> placed.add(new Placed(piece(part), position(part))));
    return placed;
  }

  private static boolean isFree(SnapshotContent content, int part) {
    return part > 0 && content.blocks().get(part - 1).equals(SnapshotContent.FREE);
  }

  private static long position(SnapshotContent content, int part) {
    return part == 0 ? 0 : content.headers().length() + (part - 1L) * content.blockBytes();
  }

  private static int length(SnapshotContent content, int part) {
    return part == 0 ? content.headers().length() : content.blockBytes();
  }
}

package io.duckherder.storage.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotContent.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies pieces out of a source and holds every one against its digest. Pieces that lie side by
 * side are read at once, in ranges of some megabytes, several ranges at a time.
 *
 * <p>A piece that fits a range is checked before it is written, a longer one after. When a copy
 * returns or fails, nothing writes any more.
 */
final class PieceCopy {
  /** What one read asks for at most. */
  static final int RANGE_BYTES = 4 << 20;

  private static final Logger log = LoggerFactory.getLogger(PieceCopy.class);

  private final ObjectSource source;
  private final int threads;

  /**
   * @param threads reads that are under way at a time
   */
  PieceCopy(ObjectSource source, int threads) {
    this.source = source;
    this.threads = threads;
  }

  /** A piece, and where it goes. */
  record Placed(Piece piece, long position) {}

  /** Takes what was copied; called by several threads at a time. */
  @FunctionalInterface
  interface Target {
    /** Writes all the bytes of a buffer. */
    void write(long position, ByteBuffer bytes) throws IOException;
  }

  /**
   * Copies pieces; one that is not what its digest says is read once more.
   *
   * @throws DuckherderException SNAPSHOT_STORE_BROKEN if it still is not
   */
  void copy(List<Placed> pieces, Target target) throws IOException {
    List<Placed> damaged = copyIntact(pieces, target);
    if (damaged.isEmpty()) {
      return;
    }
    log.warn(
        "{} pieces came damaged, the first from {}; reading them again",
        damaged.size(),
        at(damaged.get(0)));
    List<Placed> still = copyIntact(damaged, target);
    if (!still.isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.SNAPSHOT_STORE_BROKEN,
          "Cannot copy a snapshot: %d bytes at %s do not have the digest %s; the snapshot is damaged where it is kept, read or restore another one"
              .formatted(
                  still.get(0).piece().length(), at(still.get(0)), still.get(0).piece().digest()));
    }
  }

  /**
   * Copies the pieces that are what their digests say.
   *
   * @return the others, which are in no certain state at the target
   */
  List<Placed> copyIntact(List<Placed> pieces, Target target) throws IOException {
    ConcurrentLinkedQueue<List<Placed>> ranges = new ConcurrentLinkedQueue<>(ranges(pieces));
    ConcurrentLinkedQueue<Placed> damaged = new ConcurrentLinkedQueue<>();
    CopyThreads.run(
        Math.min(threads, ranges.size()),
        () -> new Reader(target, damaged).copyAll(ranges),
        ranges::clear);
    return List.copyOf(damaged);
  }

  private static List<List<Placed>> ranges(List<Placed> pieces) {
    List<Placed> sorted = new ArrayList<>(pieces);
    sorted.sort(
        Comparator.comparing((Placed placed) -> placed.piece().object())
            .thenComparingLong(placed -> placed.piece().offset()));
    List<List<Placed>> ranges = new ArrayList<>();
    List<Placed> range = new ArrayList<>();
    long bytes = 0;
    for (Placed placed : sorted) {
      boolean follows = !range.isEmpty() && follows(range.get(range.size() - 1).piece(), placed);
      if (!follows || bytes + placed.piece().length() > RANGE_BYTES) {
        range = new ArrayList<>();
        ranges.add(range);
        bytes = 0;
      }
      range.add(placed);
      bytes += placed.piece().length();
    }
    return ranges;
  }

  private static boolean follows(Piece before, Placed placed) {
    return before.object().equals(placed.piece().object())
        && before.offset() + before.length() == placed.piece().offset();
  }

  private static String at(Placed placed) {
    return "offset %d of \"%s\"".formatted(placed.piece().offset(), placed.piece().object());
  }

  /** SHA-256, as pieces are digested. */
  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  /** The buffer and the digest of one thread. */
  private final class Reader {
    private final Target target;
    private final ConcurrentLinkedQueue<Placed> damaged;
    private final MessageDigest sha = digest();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

    Reader(Target target, ConcurrentLinkedQueue<Placed> damaged) {
      this.target = target;
      this.damaged = damaged;
    }

    void copyAll(ConcurrentLinkedQueue<List<Placed>> ranges) throws IOException {
      for (List<Placed> range = ranges.poll(); range != null; range = ranges.poll()) {
        if (Thread.currentThread().isInterrupted()) {
          throw new DuckherderException(
              StandardErrorCode.QUERY_CANCELLED, "The copy of a snapshot was cancelled");
        }
        if (range.get(0).piece().length() > RANGE_BYTES) {
          copyLong(range.get(0));
        } else {
          copy(range);
        }
      }
    }

    private void copy(List<Placed> range) throws IOException {
      Piece first = range.get(0).piece();
      ByteBuffer bytes = room(range.stream().mapToInt(placed -> placed.piece().length()).sum());
      source.read(first.object(), first.offset(), bytes);
      int offset = 0;
      for (Placed placed : range) {
        int length = placed.piece().length();
        sha.update(bytes.slice(offset, length));
        if (isIntact(placed)) {
          target.write(placed.position(), bytes.slice(offset, length));
        } else {
          damaged.add(placed);
        }
        offset += length;
      }
    }

    private void copyLong(Placed placed) throws IOException {
      Piece piece = placed.piece();
      for (int done = 0; done < piece.length(); ) {
        ByteBuffer bytes = room(Math.min(RANGE_BYTES, piece.length() - done));
        int length = bytes.remaining();
        source.read(piece.object(), piece.offset() + done, bytes);
        bytes.flip();
        sha.update(bytes.duplicate());
        target.write(placed.position() + done, bytes);
        done += length;
      }
      if (!isIntact(placed)) {
        damaged.add(placed);
      }
    }

    private boolean isIntact(Placed placed) {
      return HexFormat.of().formatHex(sha.digest()).equals(placed.piece().digest());
    }

    private ByteBuffer room(int bytes) {
      if (buffer.capacity() < bytes) {
        buffer = ByteBuffer.allocateDirect(bytes);
      }
      return buffer.clear().limit(bytes);
    }
  }
}

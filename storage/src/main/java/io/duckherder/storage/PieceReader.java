package io.duckherder.storage;

import io.duckherder.storage.SnapshotContent.Piece;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads pieces and checks their digests. Pieces that lie one behind the other in an object are read
 * together, a few megabytes at a time. Owned by one thread.
 */
public final class PieceReader {
  /** Bytes that one read asks for at most, unless a single piece is longer. */
  private static final int READ_BYTES = 4 << 20;

  private final ObjectSource source;
  private ByteBuffer buffer = ByteBuffer.allocate(0);

  public PieceReader(ObjectSource source) {
    this.source = source;
  }

  /** Takes the bytes of the piece at an index of the list; they are gone after the call. */
  @FunctionalInterface
  public interface Taker {
    void take(int index, ByteBuffer bytes);
  }

  /** Hands over the bytes of every piece, in the order of the list. */
  public void read(List<Piece> pieces, Taker taker) {
    List<Piece> run = new ArrayList<>();
    int bytes = 0;
    for (int index = 0; index < pieces.size(); index++) {
      Piece piece = pieces.get(index);
      boolean follows =
          !run.isEmpty()
              && bytes + piece.length() <= READ_BYTES
              && piece.object().equals(run.get(0).object())
              && piece.offset() == run.get(0).offset() + bytes;
      if (!follows) {
        readRun(run, index - run.size(), bytes, taker);
        run.clear();
        bytes = 0;
      }
      run.add(piece);
      bytes += piece.length();
    }
    readRun(run, pieces.size() - run.size(), bytes, taker);
  }

  private void readRun(List<Piece> run, int first, int bytes, Taker taker) {
    if (run.isEmpty()) {
      return;
    }
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    buffer.clear().limit(bytes);
    source.read(run.get(0).object(), run.get(0).offset(), buffer);
    List<ByteBuffer> parts = new ArrayList<>();
    int at = 0;
    for (Piece piece : run) {
      parts.add(buffer.slice(at, piece.length()));
      at += piece.length();
    }
    IntStream.range(0, run.size()).parallel().forEach(i -> check(run.get(i), parts.get(i)));
    for (int i = 0; i < run.size(); i++) {
      taker.take(first + i, parts.get(i));
    }
  }

  private static void check(Piece piece, ByteBuffer bytes) {
    if (!Digest.of(bytes).equals(piece.digest())) {
      throw StorageErrors.broken(
          "Object \""
              + piece.object()
              + "\" is damaged: the "
              + piece.length()
              + " bytes from "
              + piece.offset()
              + " on do not have the digest "
              + piece.digest());
    }
  }
}

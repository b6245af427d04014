package io.duckherder.storage.seal;

import io.duckherder.storage.Digest;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.file.FileHeaders;
import io.duckherder.storage.manifest.BlockMap;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Tells, when a store is opened, whether the live file is still at the checkpoint of the newest
 * snapshot: the same headers, the same metadata blocks, and a log that begins with the snapshot's.
 * A file that was restored, or checkpointed while no store was open, is not, and the next seal
 * compares every block.
 */
final class Reunion {
  private final LiveFile live;
  private final BlockMap known;

  Reunion(LiveFile live, BlockMap known) {
    this.live = live;
    this.known = known;
  }

  boolean isSameFile(Cut now, BitSet metadata) {
    return known.headers().digest().equals(Digest.of(now.headerBytes()))
        && metadata.stream().allMatch(block -> isSame(block, now.headers().blockBytes()))
        && isSameWal(now);
  }

  private boolean isSame(int block, int blockBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(blockBytes);
    live.read(FileHeaders.BYTES + (long) block * blockBytes, bytes);
    return Digest.of(bytes.flip()).equals(known.block(block).digest());
  }

  private boolean isSameWal(Cut now) {
    long at = 0;
    for (Piece piece : known.wal()) {
      if (at + piece.length() > now.walBytes()) {
        return false;
      }
      ByteBuffer bytes = ByteBuffer.allocate(piece.length());
      live.readWal(at, bytes);
      if (!Digest.of(bytes.flip()).equals(piece.digest())) {
        return false;
      }
      at += piece.length();
    }
    return true;
  }
}

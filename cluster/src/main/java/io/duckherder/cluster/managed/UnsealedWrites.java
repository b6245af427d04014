package io.duckherder.cluster.managed;

import io.duckherder.cluster.session.WrittenTables;
import java.util.Collection;

/**
 * What was written since the newest snapshots. A seal takes over what it covers with its cut, and
 * lets go of it when its snapshot is the newest: who finds a table unwritten here, and looks up the
 * newest snapshot after that, finds all of the table in it. Safe for use by many threads.
 */
final class UnsealedWrites {
  /** Guarded by this. */
  private WrittenTables sinceCut = WrittenTables.NONE;

  /** Guarded by this. */
  private WrittenTables beingSealed = WrittenTables.NONE;

  /** Notes what a commit is about to bring. */
  synchronized void add(WrittenTables written) {
    sinceCut = sinceCut.plus(written);
  }

  /** A cut was taken, while no commit went on; one seal at a time. */
  synchronized void cut() {
    beingSealed = beingSealed.plus(sinceCut);
    sinceCut = WrittenTables.NONE;
  }

  /** The snapshots of the cut are the newest ones. */
  synchronized void sealed() {
    beingSealed = WrittenTables.NONE;
  }

  /** Whether one of these tables may have been written. */
  synchronized boolean touch(Collection<String> tables) {
    return sinceCut.touch(tables) || beingSealed.touch(tables);
  }
}

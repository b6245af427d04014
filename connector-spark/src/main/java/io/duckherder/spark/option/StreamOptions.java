package io.duckherder.spark.option;

import java.util.OptionalLong;

/**
 * How a stream reads a table. Driver-only.
 *
 * @param start where it begins
 * @param mostRows of a batch, if there is a limit
 * @param mostSnapshots of a batch, if there is a limit
 * @param skipsChanges whether it passes over what was changed or deleted
 */
public record StreamOptions(
    Start start, OptionalLong mostRows, OptionalLong mostSnapshots, boolean skipsChanges) {
  /** What a stream does unless told. */
  public static final StreamOptions DEFAULT =
      new StreamOptions(Start.EARLIEST, OptionalLong.empty(), OptionalLong.empty(), false);

  /**
   * Where a stream begins: before the rows of a snapshot of this number, or after them.
   *
   * @param latest after those of the newest snapshot
   * @param snapshot after those of this one; 0 for the whole table as it is
   */
  public record Start(boolean latest, long snapshot) {
    /** All rows that there are, and all that come. */
    public static final Start EARLIEST = new Start(false, 0);

    /** The rows that come. */
    public static final Start LATEST = new Start(true, 0);

    /** The rows that came after a snapshot. */
    public static Start after(long snapshot) {
      return new Start(false, snapshot);
    }
  }
}

package io.duckherder.wire.write;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a commit did.
 *
 * @param repeated whether it had been done before, and so was not done again
 * @param rows the rows that each step changed; none if it was not done again
 * @param snapshot the number of the first snapshot that is known to hold it, where there are
 *     snapshots
 */
public record CommitAnswer(boolean repeated, List<Long> rows, OptionalLong snapshot) {
  public CommitAnswer {
    rows = List.copyOf(rows);
  }

  /** The same, held by a snapshot. */
  public CommitAnswer in(long number) {
    return new CommitAnswer(repeated, rows, OptionalLong.of(number));
  }
}

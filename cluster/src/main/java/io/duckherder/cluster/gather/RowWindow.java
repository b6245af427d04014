package io.duckherder.cluster.gather;

import java.util.OptionalLong;

/** LIMIT and OFFSET over batches as they pass. For one thread. */
final class RowWindow {
  private long skip;
  private long left;

  RowWindow(OptionalLong limit, long offset) {
    this.skip = offset;
    this.left = limit.orElse(Long.MAX_VALUE);
  }

  /** Whether no more rows are wanted. */
  boolean isFull() {
    return left == 0;
  }

  /** The rows of the next ones that are wanted; they count as given. */
  Range take(int rows) {
    int from = (int) Math.min(skip, rows);
    skip -= from;
    int count = (int) Math.min(left, rows - from);
    left -= count;
    return new Range(from, count);
  }

  /**
   * Rows of a batch.
   *
   * @param from the first
   * @param count how many
   */
  record Range(int from, int count) {}
}

package io.duckherder.cluster.history;

import java.util.Locale;

/** Where a query is. */
public enum QueryState {
  /** It is being planned. */
  PLANNING,
  /** Its client has not begun to read. */
  WAITING,
  /** Its client reads, and it waits for others to end. */
  QUEUED,
  /** It runs, as fast as its client reads. */
  RUNNING,
  /** All its rows were sent. */
  FINISHED,
  /** It ended with an error. */
  FAILED,
  /** It was cancelled, or its client went away or never came. */
  CANCELLED;

  /** Whether nothing more happens. */
  public boolean ended() {
    return this == FINISHED || this == FAILED || this == CANCELLED;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.duckherder.wire.write;

import java.util.OptionalLong;

/**
 * A statement of a write's transaction.
 *
 * @param sql what to run
 * @param readsStaged whether it reads the staged rows, which it knows as {@link #STAGED}; once
 * @param expected how many rows it must change, if that is known; else the write is a conflict
 */
public record CommitStep(String sql, boolean readsStaged, OptionalLong expected) {
  /** How the staged rows are named in SQL. */
  public static final String STAGED = "temp.main.duckherder_stream";

  /** A statement that knows nothing of staged rows. */
  public static CommitStep plain(String sql) {
    return new CommitStep(sql, false, OptionalLong.empty());
  }

  /** A statement that reads the staged rows. */
  public static CommitStep reading(String sql) {
    return new CommitStep(sql, true, OptionalLong.empty());
  }

  /** The same that must change a number of rows. */
  public CommitStep changing(long rows) {
    return new CommitStep(sql, readsStaged, OptionalLong.of(rows));
  }
}

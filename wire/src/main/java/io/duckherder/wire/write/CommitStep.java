package io.duckherder.wire.write;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A statement of a write's transaction.
 *
 * @param sql what to run
 * @param readsStaged whether it reads the staged rows, which it knows as {@link #STAGED}; once
 * @param expected how many rows it must change, if that is known; else the write is a conflict
 * @param columns those that it gives values for, if they must be what they were
 */
public record CommitStep(
    String sql, boolean readsStaged, OptionalLong expected, Optional<PlannedColumns> columns) {
  /** How the staged rows are named in SQL. */
  public static final String STAGED = "temp.main.duckherder_stream";

  /** A statement that knows nothing of staged rows. */
  public static CommitStep plain(String sql) {
    return new CommitStep(sql, false, OptionalLong.empty(), Optional.empty());
  }

  /** A statement that reads the staged rows. */
  public static CommitStep reading(String sql) {
    return new CommitStep(sql, true, OptionalLong.empty(), Optional.empty());
  }

  /** The same that must change a number of rows. */
  public CommitStep changing(long rows) {
    return new CommitStep(sql, readsStaged, OptionalLong.of(rows), columns);
  }

  /** The same that fails if a column is not what it was. */
  public CommitStep giving(PlannedColumns planned) {
    return new CommitStep(sql, readsStaged, expected, Optional.of(planned));
  }
}

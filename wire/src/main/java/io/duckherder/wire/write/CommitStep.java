package io.duckherder.wire.write;

/**
 * A statement of a write's transaction.
 *
 * @param sql what to run
 * @param readsStaged whether it reads the staged rows, which it knows as {@link #STAGED}; once
 */
public record CommitStep(String sql, boolean readsStaged) {
  /** How the staged rows are named in SQL. */
  public static final String STAGED = "temp.main.duckherder_stream";

  /** A statement that knows nothing of staged rows. */
  public static CommitStep plain(String sql) {
    return new CommitStep(sql, false);
  }

  /** A statement that reads the staged rows. */
  public static CommitStep reading(String sql) {
    return new CommitStep(sql, true);
  }
}

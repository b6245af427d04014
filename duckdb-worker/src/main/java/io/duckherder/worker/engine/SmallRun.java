package io.duckherder.worker.engine;

import java.sql.SQLException;
import java.sql.Statement;

/** A small statement that runs, until a point in time. */
final class SmallRun {
  private final Statement statement;
  private final long deadline;

  /** Guarded by this. */
  private boolean ended;

  private volatile boolean late;

  SmallRun(Statement statement, long deadline) {
    this.statement = statement;
    this.deadline = deadline;
  }

  /** Stops the statement if it runs for too long; an interrupt may be lost, so this is repeated. */
  synchronized void interruptIfLate() {
    if (ended || System.nanoTime() - deadline < 0) {
      return;
    }
    late = true;
    try {
      statement.cancel();
    } catch (SQLException e) {
      // It ended by itself.
    }
  }

  /** Whether it was stopped. */
  boolean isLate() {
    return late;
  }

  synchronized void end() {
    ended = true;
  }
}

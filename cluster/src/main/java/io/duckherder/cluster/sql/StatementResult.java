package io.duckherder.cluster.sql;

import io.duckherder.cluster.history.ExecutionSummary;
import io.duckherder.wire.BatchStream;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The answer to a statement that was planned, or already done, and not yet read.
 *
 * @param schema the schema that the client is told and that the stream has
 * @param where what runs it, for the list of queries
 * @param summary how it runs
 * @param source opens the rows; called once
 */
record StatementResult(
    Schema schema, String where, ExecutionSummary summary, Supplier<BatchStream> source) {

  /** An answer that the driver gives. */
  static StatementResult ofDriver(Schema schema, Supplier<BatchStream> source) {
    return new StatementResult(schema, "driver", ExecutionSummary.LOCAL, source);
  }

  /** Whether its rows are at hand, few as they are. */
  boolean isReady() {
    return source instanceof HeldResults.Held;
  }

  /** Gives up rows that nobody is going to read. */
  void discard() {
    if (source instanceof Discardable unread) {
      unread.discard();
    }
  }

  /** A source that holds something before it is opened. */
  interface Discardable {
    /** Lets go of it. */
    void discard();
  }
}

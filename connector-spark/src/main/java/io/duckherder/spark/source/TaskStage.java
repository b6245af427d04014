package io.duckherder.spark.source;

/** Where one run of a task stages its rows: batch by batch, of one Arrow root. */
public interface TaskStage extends AutoCloseable {
  /** Adds the rows that are in the root now; it can be filled anew when this returns. */
  void write();

  /** The rows are staged when this returns. */
  void finish();

  /** What was staged and not finished is gone after this. */
  @Override
  void close();
}

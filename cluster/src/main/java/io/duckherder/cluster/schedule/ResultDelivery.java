package io.duckherder.cluster.schedule;

import io.duckherder.cluster.gather.RowReader;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Takes the rows of a plan's last stage, and makes the answer of them. */
interface ResultDelivery extends AutoCloseable {
  /** Whether rows come in their exchange form, for a DuckDB, rather than as clients get them. */
  boolean exchangeForm();

  /** Whether a task may start now; asked again whenever something changed. */
  boolean mayStart(int task);

  /** Whether all tasks run at once, however many there are. */
  boolean needsAll();

  /** Whether two runs of one task may be under way at once. */
  boolean mayRace();

  /** A place for the rows of one run of a task. */
  TaskDelivery delivery(int task);

  /**
   * Takes the rows of a task back that were accepted: the task runs again.
   *
   * @return false if some of them went on to the reader
   */
  boolean takeBack(int task);

  /** Tells the reader that the query failed. */
  void fail(RuntimeException failure);

  /** All tasks were accepted. */
  void complete();

  /**
   * Makes the answer out of the rows, for one thread that reads it.
   *
   * @param root where the reader loads the answer's batches
   * @param onAdvance told when the reader went on, so that more tasks may start
   */
  RowReader reader(VectorSchemaRoot root, Runnable onAdvance);

  @Override
  void close();
}

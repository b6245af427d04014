package io.duckherder.plan;

import io.duckherder.layout.RowRange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Tasks that can run at the same time, on any workers.
 *
 * @param number its number in the plan, from 0
 * @param operation what it does, in a few words, for EXPLAIN
 * @param inputs what it reads of earlier stages
 * @param tasks what runs; each becomes a {@link Fragment}
 * @param columns the columns of its rows, without the bucket
 * @param bucketed whether its rows end with their bucket, {@link Fragment#BUCKET}
 * @param repeatable whether each run of a task, over the same inputs, makes the same rows, be it in
 *     another order. What was made of another stage's rows is of no use once some of these had to
 *     be made again
 * @param estimatedRows rows that it is expected to give, where that was estimated
 */
public record Stage(
    int number,
    String operation,
    List<Input> inputs,
    List<Task> tasks,
    List<ResultColumn> columns,
    boolean bucketed,
    boolean repeatable,
    OptionalLong estimatedRows) {
  public Stage {
    inputs = List.copyOf(inputs);
    tasks = List.copyOf(tasks);
    columns = List.copyOf(columns);
  }

  /** A stage of which the number of rows was not estimated. */
  public Stage(
      int number,
      String operation,
      List<Input> inputs,
      List<Task> tasks,
      List<ResultColumn> columns,
      boolean bucketed,
      boolean repeatable) {
    this(number, operation, inputs, tasks, columns, bucketed, repeatable, OptionalLong.empty());
  }

  /**
   * One run of SQL.
   *
   * @param sql one statement
   * @param range the rowids that it reads of one table, if it is limited to a range
   * @param bucket the bucket of its inputs that it reads, where they are read by bucket
   * @param ordered whether each run gives its rows in the same order
   */
  public record Task(String sql, Optional<RowRange> range, OptionalInt bucket, boolean ordered) {}

  /**
   * Rows of an earlier stage.
   *
   * @param name the name by which the tasks' SQL reads them: {@code temp.main.<name>}
   * @param stage the number of the stage that made them
   * @param byBucket whether each task reads its bucket only; otherwise each reads all
   */
  public record Input(String name, int stage, boolean byBucket) {}
}

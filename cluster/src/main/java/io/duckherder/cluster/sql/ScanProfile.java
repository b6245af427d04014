package io.duckherder.cluster.sql;

import io.duckherder.cluster.sql.PlanText.RowGroups;
import io.duckherder.cluster.sql.PlanText.TaskId;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ResultAssembly;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.Stage;
import io.duckherder.plan.Stage.Task;
import io.duckherder.wire.BatchStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks DuckDB how many row groups tasks scan: its {@code EXPLAIN ANALYZE} of each task that reads
 * tables only, on the workers. The tasks run once more for it.
 */
final class ScanProfile {
  private static final Pattern SCANNED =
      Pattern.compile("Row Groups Scanned:\\s*(\\d+)\\s*/\\s*(\\d+)");
  private static final List<ResultColumn> COLUMNS =
      List.of(
          new ResultColumn("explain_key", "VARCHAR"), new ResultColumn("explain_value", "VARCHAR"));

  private final Reads reads;
  private final StatementContext context;
  private final UnaryOperator<BatchStream> watch;

  /**
   * @param watch told of the stream that it reads
   */
  ScanProfile(Reads reads, StatementContext context, UnaryOperator<BatchStream> watch) {
    this.reads = reads;
    this.context = context;
    this.watch = watch;
  }

  Map<TaskId, RowGroups> of(QueryPlan plan) {
    List<TaskId> ids = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    for (Stage stage : plan.stages()) {
      for (int i = 0; stage.inputs().isEmpty() && i < stage.tasks().size(); i++) {
        Task task = stage.tasks().get(i);
        ids.add(new TaskId(stage.number(), i));
        tasks.add(new Task("EXPLAIN ANALYZE " + task.sql(), task.range(), task.bucket(), false));
      }
    }
    if (tasks.isEmpty()) {
      return Map.of();
    }
    return read(ids, profiles(tasks));
  }

  private static QueryPlan profiles(List<Task> tasks) {
    Stage stage = new Stage(0, "profile", List.of(), tasks, COLUMNS, false, true);
    return new QueryPlan(
        COLUMNS,
        List.of(stage),
        ResultAssembly.Concatenation.ALL,
        Optional.empty(),
        OptionalLong.empty(),
        0);
  }

  /** Each task gives one row. */
  private Map<TaskId, RowGroups> read(List<TaskId> ids, QueryPlan profiles) {
    Map<TaskId, RowGroups> found = new HashMap<>();
    int row = 0;
    try (BatchStream stream =
        watch.apply(
            reads.open(
                profiles,
                Explanations.SCHEMA,
                report -> {},
                context.withId(context.queryId() + "-p")))) {
      while (stream.next()) {
        for (int i = 0; i < stream.root().getRowCount(); i++) {
          String profile = String.valueOf(stream.root().getVector(1).getObject(i));
          if (row < ids.size()) {
            found.put(ids.get(row), rowGroups(profile));
          }
          row++;
        }
      }
    }
    return found;
  }

  private static RowGroups rowGroups(String profile) {
    long scanned = 0;
    long total = 0;
    Matcher matcher = SCANNED.matcher(profile);
    while (matcher.find()) {
      scanned += Long.parseLong(matcher.group(1));
      total += Long.parseLong(matcher.group(2));
    }
    return new RowGroups(scanned, total);
  }
}

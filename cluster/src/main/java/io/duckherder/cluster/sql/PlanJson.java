package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.cluster.schedule.TaskReport;
import io.duckherder.cluster.sql.PlanText.RowGroups;
import io.duckherder.cluster.sql.PlanText.TaskId;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ResultAssembly;
import io.duckherder.plan.ResultAssembly.Combination;
import io.duckherder.plan.ResultAssembly.Concatenation;
import io.duckherder.plan.ResultAssembly.SortedMerge;
import io.duckherder.plan.Stage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan as JSON, for EXPLAIN (FORMAT JSON). {@code docs/sql.md} tells its fields. */
final class PlanJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PlanJson() {}

  static String of(QueryPlan plan, List<TaskReport> reports, Map<TaskId, RowGroups> rowGroups) {
    ObjectNode root = JSON.createObjectNode();
    root.put("distributed", plan.wholeBecause().isEmpty());
    plan.wholeBecause().ifPresent(why -> root.put("whole_because", why));
    plan.rows().ifPresent(rows -> root.put("table_rows", rows));
    root.put("partitions_pruned", plan.partitionsPruned());
    root.set("assembly", assembly(plan.assembly()));
    ArrayNode stages = root.putArray("stages");
    plan.stages().forEach(stage -> stages.add(stage(stage, reports, rowGroups)));
    return root.toPrettyString();
  }

  /** The plan of a read that the driver runs itself. */
  static String ofDriver(String because) {
    ObjectNode root = JSON.createObjectNode();
    root.put("distributed", false).put("whole_because", because).putArray("stages");
    return root.toPrettyString();
  }

  private static ObjectNode stage(
      Stage stage, List<TaskReport> reports, Map<TaskId, RowGroups> rowGroups) {
    ObjectNode node = JSON.createObjectNode();
    node.put("stage", stage.number());
    node.put("operation", stage.operation());
    stage.estimatedRows().ifPresent(rows -> node.put("estimated_rows", rows));
    node.put("bucketed", stage.bucketed());
    ArrayNode inputs = node.putArray("inputs");
    for (Stage.Input input : stage.inputs()) {
      inputs
          .addObject()
          .put("stage", input.stage())
          .put("exchange", input.byBucket() ? "hash" : "broadcast");
    }
    ArrayNode tasks = node.putArray("tasks");
    for (int i = 0; i < stage.tasks().size(); i++) {
      Stage.Task task = stage.tasks().get(i);
      ObjectNode one = tasks.addObject().put("task", i);
      task.range().ifPresent(r -> one.put("first_row", r.from()).put("end_row", r.to()));
      task.bucket().ifPresent(bucket -> one.put("bucket", bucket));
      one.put("sql", task.sql());
      RowGroups scanned = rowGroups.get(new TaskId(stage.number(), i));
      if (scanned != null) {
        one.put("row_groups_scanned", scanned.scanned()).put("row_groups", scanned.total());
      }
      ArrayNode runs = one.putArray("runs");
      for (TaskReport report : reports) {
        if (report.stage() == stage.number() && report.task() == i) {
          runs.add(run(report));
        }
      }
    }
    return node;
  }

  private static ObjectNode run(TaskReport report) {
    ObjectNode node = JSON.createObjectNode();
    node.put("attempt", report.attempt());
    node.put("worker", report.worker());
    node.put("outcome", report.outcome().name().toLowerCase(Locale.ROOT));
    node.put("speculative", report.speculative());
    node.put("rows", report.rows());
    node.put("bytes", report.bytes());
    node.put("millis", report.millis());
    report.error().ifPresent(error -> node.put("error", error));
    return node;
  }

  private static ObjectNode assembly(ResultAssembly assembly) {
    ObjectNode node = JSON.createObjectNode();
    if (assembly instanceof Combination combination) {
      return node.put("kind", "combination").put("sql", combination.sql());
    }
    if (assembly instanceof SortedMerge merge) {
      merge.limit().ifPresent(limit -> node.put("limit", limit));
      return node.put("kind", "sorted_merge").put("offset", merge.offset());
    }
    Concatenation all = (Concatenation) assembly;
    all.limit().ifPresent(limit -> node.put("limit", limit));
    return node.put("kind", "concatenation").put("offset", all.offset());
  }
}

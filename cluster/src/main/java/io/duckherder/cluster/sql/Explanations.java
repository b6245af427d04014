package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.FixedRows;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.Worker;
import io.duckherder.cluster.schedule.TaskReport;
import io.duckherder.cluster.schedule.TaskReports;
import io.duckherder.cluster.sql.ClassifiedStatement.Explain;
import io.duckherder.cluster.sql.ClassifiedStatement.PlainRead;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.cluster.sql.PlanText.RowGroups;
import io.duckherder.cluster.sql.PlanText.TaskId;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.plan.QueryPlan;
import io.duckherder.wire.BatchStream;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** EXPLAIN: what the cluster does with a read, and DuckDB's own plan of it. */
final class Explanations {
  /** The columns of DuckDB's EXPLAIN. */
  static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("explain_key", ArrowType.Utf8.INSTANCE),
              Field.nullable("explain_value", ArrowType.Utf8.INSTANCE)));

  private static final String CLUSTER_PLAN = "cluster_plan";

  private final DuckDBEngine engine;
  private final Reads reads;
  private final Membership membership;
  private final BufferAllocator allocator;

  Explanations(DuckDBEngine engine, Reads reads, Membership membership, BufferAllocator allocator) {
    this.engine = engine;
    this.reads = reads;
    this.membership = membership;
    this.allocator = allocator;
  }

  StatementResult explain(Explain explain, StatementContext context) {
    try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
      Optional<String> onDriver = onDriver(explain.read(), context);
      if (onDriver.isPresent()) {
        return result(onDriver(connection, explain, onDriver.get(), context));
      }
      return explain.analyze()
          ? analyzed(connection, explain, context)
          : result(planned(connection, explain, context));
    }
  }

  private StatementResult result(List<List<@Nullable Object>> rows) {
    return StatementResult.ofDriver(SCHEMA, () -> new FixedRows(SCHEMA, rows, allocator));
  }

  /** Why the driver runs a read itself, if it does. */
  private static Optional<String> onDriver(ClassifiedStatement read, StatementContext context) {
    if (context.local().isPresent()) {
      return Optional.of("the session has temporary objects");
    }
    return read instanceof Read serialised && MetadataQueries.matches(serialised.tree())
        ? Optional.of("it reads no table")
        : Optional.empty();
  }

  private List<List<@Nullable Object>> onDriver(
      EngineConnection connection, Explain explain, String because, StatementContext context) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    rows.add(
        row(
            CLUSTER_PLAN,
            explain.json()
                ? PlanJson.ofDriver(because)
                : "Whole on the driver, because " + because));
    String sql = (explain.analyze() ? "ANALYZE " : "") + text(explain.read());
    rows.addAll(duckdbPlan(connection, sql, context));
    return rows;
  }

  private List<List<@Nullable Object>> planned(
      EngineConnection connection, Explain explain, StatementContext context) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    QueryPlan plan = plan(connection, explain.read(), context);
    rows.add(clusterPlan(plan, explain, List.of(), Map.of()));
    if (!explain.json()) {
      rows.addAll(duckdbPlan(connection, text(explain.read()), context));
    }
    return rows;
  }

  /** The plan is run while its rows are read, and each task tells what became of it. */
  private StatementResult analyzed(
      EngineConnection connection, Explain explain, StatementContext context) {
    reads.requireWorkers();
    QueryPlan plan = plan(connection, explain.read(), context);
    Schema schema = reads.schema(connection, text(explain.read()));
    return StatementResult.ofDriver(
        SCHEMA,
        () ->
            new ObservedRuns(
                SCHEMA,
                runs -> {
                  TaskReports reports = new TaskReports();
                  try (BatchStream stream =
                      runs.watch(reads.open(plan, schema, reports, context))) {
                    while (stream.next()) {
                      // The rows themselves are not wanted.
                    }
                  }
                  Map<TaskId, RowGroups> rowGroups =
                      new ScanProfile(reads, context, runs::watch).of(plan);
                  List<List<@Nullable Object>> rows =
                      List.of(clusterPlan(plan, explain, reports.all(), rowGroups));
                  return new FixedRows(SCHEMA, rows, allocator);
                }));
  }

  private List<@Nullable Object> clusterPlan(
      QueryPlan plan, Explain explain, List<TaskReport> reports, Map<TaskId, RowGroups> rowGroups) {
    return row(
        CLUSTER_PLAN,
        explain.json()
            ? PlanJson.of(plan, reports, rowGroups)
            : PlanText.of(plan, reports, rowGroups) + "\nWorkers: " + workers());
  }

  private static String text(ClassifiedStatement read) {
    return read instanceof Read serialised ? serialised.sql() : ((PlainRead) read).sql();
  }

  private QueryPlan plan(
      EngineConnection connection, ClassifiedStatement read, StatementContext context) {
    if (read instanceof Read serialised) {
      return reads.cut(connection, serialised.sql(), context);
    }
    return reads.whole(connection, (PlainRead) read);
  }

  private List<List<@Nullable Object>> duckdbPlan(
      EngineConnection connection, String sql, StatementContext context) {
    if (context.local().isPresent()) {
      try {
        return run(context.local().get().acquire(), "EXPLAIN " + sql);
      } finally {
        context.local().get().release();
      }
    }
    return run(connection, "EXPLAIN " + sql);
  }

  private String workers() {
    String workers =
        membership.all().stream().map(Worker::toString).collect(Collectors.joining(", "));
    return workers.isEmpty() ? "none is alive" : workers;
  }

  private static List<List<@Nullable Object>> run(EngineConnection connection, String sql) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(row(result.getString(1), result.getString(2)));
      }
      return rows;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private static List<@Nullable Object> row(String key, String value) {
    return List.of(key, value);
  }
}

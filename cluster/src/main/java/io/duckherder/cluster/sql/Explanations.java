package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.FixedRows;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.Worker;
import io.duckherder.cluster.schedule.TaskReports;
import io.duckherder.cluster.sql.ClassifiedStatement.Explain;
import io.duckherder.cluster.sql.ClassifiedStatement.PlainRead;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
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
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
      ClassifiedStatement read = explain.read();
      if (explain.analyze()) {
        rows.addAll(analyzed(connection, read, context));
      } else {
        rows.add(row("cluster_plan", clusterPlan(connection, read, context)));
        rows.addAll(duckdbPlan(connection, text(read), context));
      }
    }
    return StatementResult.ofDriver(SCHEMA, () -> new FixedRows(SCHEMA, rows, allocator));
  }

  private String clusterPlan(
      EngineConnection connection, ClassifiedStatement read, StatementContext context) {
    if (context.local().isPresent()) {
      return "Whole on the driver, because the session has temporary objects";
    }
    if (read instanceof Read serialised && MetadataQueries.matches(serialised.tree())) {
      return "Whole on the driver, because it reads no table";
    }
    return PlanText.of(plan(connection, read, context), List.of()) + "\nWorkers: " + workers();
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

  /** Runs the query as it would run, and tells what became of each task instead of its rows. */
  private List<List<@Nullable Object>> analyzed(
      EngineConnection connection, ClassifiedStatement read, StatementContext context) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    boolean onDriver =
        context.local().isPresent()
            || (read instanceof Read serialised && MetadataQueries.matches(serialised.tree()));
    if (onDriver) {
      rows.add(row("cluster_plan", clusterPlan(connection, read, context)));
      rows.addAll(duckdbPlan(connection, "ANALYZE " + text(read), context));
      return rows;
    }
    reads.requireWorkers();
    QueryPlan plan = plan(connection, read, context);
    TaskReports reports = new TaskReports();
    Schema schema = reads.schema(connection, text(read));
    try (BatchStream stream = reads.open(plan, schema, reports, context)) {
      while (stream.next()) {
        // The rows themselves are not wanted.
      }
    }
    rows.add(row("cluster_plan", PlanText.of(plan, reports.all()) + "\nWorkers: " + workers()));
    return rows;
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

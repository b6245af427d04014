package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.FixedRows;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.Worker;
import io.duckherder.cluster.sql.ClassifiedStatement.Explain;
import io.duckherder.cluster.sql.ClassifiedStatement.PlainRead;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.layout.RowRange;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.ReadPlan;
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

  private static final int FRAGMENTS_SHOWN = 4;

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
    return describe(plan(connection, read, context));
  }

  private static String text(ClassifiedStatement read) {
    return read instanceof Read serialised ? serialised.sql() : ((PlainRead) read).sql();
  }

  private ReadPlan plan(
      EngineConnection connection, ClassifiedStatement read, StatementContext context) {
    if (read instanceof Read serialised) {
      return reads.cut(connection, serialised.sql(), context);
    }
    return reads.whole(connection, (PlainRead) read, context);
  }

  private String describe(ReadPlan plan) {
    StringBuilder text = new StringBuilder();
    String workers =
        membership.all().stream().map(Worker::toString).collect(Collectors.joining(", "));
    if (plan.wholeBecause().isPresent()) {
      text.append("Whole on one worker, because ").append(plan.wholeBecause().get());
    } else {
      text.append(
          "%d fragments by ranges of rows%s"
              .formatted(
                  plan.fragments().size(),
                  plan.partitionsPruned() == 0
                      ? ""
                      : ", %d partitions left out by their statistics"
                          .formatted(plan.partitionsPruned())));
    }
    text.append("\nWorkers: ").append(workers.isEmpty() ? "none is alive" : workers);
    plan.fragments().stream()
        .limit(FRAGMENTS_SHOWN)
        .forEach(
            fragment ->
                text.append("\nFragment ")
                    .append(fragment.number())
                    .append(": ")
                    .append(fragment.range().map(Explanations::rows).orElse("all rows")));
    if (plan.fragments().size() > FRAGMENTS_SHOWN) {
      text.append("\n... and %d more".formatted(plan.fragments().size() - FRAGMENTS_SHOWN));
    }
    plan.fragments().stream()
        .findFirst()
        .ifPresent(f -> text.append("\nEach runs: ").append(f.sql()));
    return text.toString();
  }

  private static String rows(RowRange range) {
    return range.to() == Long.MAX_VALUE
        ? "rows from %d on".formatted(range.from())
        : "rows %d to %d".formatted(range.from(), range.to() - 1);
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

  /** Runs each fragment where it would run, with DuckDB's profile of it instead of its rows. */
  private List<List<@Nullable Object>> analyzed(
      EngineConnection connection, ClassifiedStatement read, StatementContext context) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    String cluster = clusterPlan(connection, read, context);
    rows.add(row("cluster_plan", cluster));
    if (cluster.startsWith("Whole on the driver")) {
      rows.addAll(duckdbPlan(connection, "ANALYZE " + text(read), context));
      return rows;
    }
    reads.requireWorkers();
    for (Fragment fragment : plan(connection, read, context).fragments()) {
      Fragment profiled =
          new Fragment(
              fragment.queryId(),
              fragment.number(),
              fragment.snapshot(),
              fragment.settings(),
              "EXPLAIN ANALYZE " + fragment.sql(),
              fragment.range(),
              false);
      try (BatchStream stream = reads.open(profiled)) {
        while (stream.next()) {
          for (int i = 0; i < stream.root().getRowCount(); i++) {
            rows.add(
                row(
                    "fragment_" + fragment.number(),
                    String.valueOf(stream.root().getVector(1).getObject(i))));
          }
        }
      }
    }
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

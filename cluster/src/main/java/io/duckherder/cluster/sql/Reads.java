package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.ColumnSchemas;
import io.duckherder.cluster.gather.FragmentOpener;
import io.duckherder.cluster.gather.GatheredStream;
import io.duckherder.cluster.history.ExecutionSummary;
import io.duckherder.cluster.history.RunStatistics;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.sql.ClassifiedStatement.PlainRead;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.layout.PartitionTarget;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.ReadPlan;
import io.duckherder.plan.ReadPlanner;
import io.duckherder.plan.ResultColumn;
import io.duckherder.wire.BatchStream;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Where a read runs: in fragments on all workers, whole on one, or on the driver if it only asks
 * about the databases or needs the session's temporary objects.
 */
final class Reads {
  /** Bytes that a query may receive ahead of its client. */
  private static final long READ_AHEAD = 64L << 20;

  private final DuckDBEngine engine;
  private final ReadPlanner planner;
  private final Membership membership;
  private final FragmentOpener workers;
  private final Executor executor;
  private final BufferAllocator allocator;

  /**
   * @param workers runs fragments on workers
   * @param executor threads that receive fragments
   */
  Reads(
      DuckDBEngine engine,
      ReadPlanner planner,
      Membership membership,
      FragmentOpener workers,
      Executor executor,
      BufferAllocator allocator) {
    this.engine = engine;
    this.planner = planner;
    this.membership = membership;
    this.workers = workers;
    this.executor = executor;
    this.allocator = allocator;
  }

  /**
   * Plans a read.
   *
   * @param sql the read's text with its parameters filled in
   */
  StatementResult plan(Read read, String sql, StatementContext context) {
    if (context.local().isPresent()) {
      return onSession(context.local().get(), sql, context);
    }
    try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
      if (MetadataQueries.matches(read.tree())) {
        return onDriver(connection, sql, context);
      }
      requireWorkers();
      return distributed(connection, sql, cut(connection, sql, context));
    }
  }

  /** Plans a read that cannot be cut. */
  StatementResult plan(PlainRead read, StatementContext context) {
    if (context.local().isPresent()) {
      return onSession(context.local().get(), read.sql(), context);
    }
    try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
      if (read.onDriver()) {
        return onDriver(connection, read.sql(), context);
      }
      requireWorkers();
      return distributed(connection, read.sql(), whole(connection, read, context));
    }
  }

  /** The fragments of a read, for EXPLAIN. */
  ReadPlan cut(EngineConnection connection, String sql, StatementContext context) {
    return planner.planQuery(
        connection.jdbc(),
        context.snapshot(),
        context.settings(),
        PartitionTarget.forSlots(Math.max(1, membership.slots())),
        context.queryId(),
        sql);
  }

  /** The plan of a read that DuckDB does not serialise. */
  ReadPlan whole(EngineConnection connection, PlainRead read, StatementContext context) {
    List<ResultColumn> prepared = connection.columns(read.sql());
    Schema schema = engine.schema(connection, read.sql());
    return new ReadPlan(
        columns(connection, read.sql(), schema, prepared),
        List.of(fragment(read.sql(), context)),
        Optional.of("DuckDB gives no syntax tree of it"),
        OptionalLong.empty(),
        0);
  }

  /** The schema of a statement on a connection, as clients are told it. */
  Schema schema(EngineConnection connection, String sql) {
    // Prepared as the client wrote it first, for DuckDB's message to show that text.
    List<ResultColumn> prepared = connection.columns(sql);
    Schema schema = engine.schema(connection, sql);
    return ColumnSchemas.describe(schema, columns(connection, sql, schema, prepared));
  }

  /** DuckDB learns the columns of a PIVOT without values only by starting it. */
  private static List<ResultColumn> columns(
      EngineConnection connection, String sql, Schema schema, List<ResultColumn> prepared) {
    if (prepared.size() == schema.getFields().size()) {
      return prepared;
    }
    try (Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      ResultSetMetaData metadata = result.getMetaData();
      List<ResultColumn> columns = new ArrayList<>();
      for (int i = 1; i <= metadata.getColumnCount(); i++) {
        columns.add(new ResultColumn(metadata.getColumnName(i), metadata.getColumnTypeName(i)));
      }
      return columns;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** Runs one statement whole, on the workers. */
  BatchStream open(Fragment fragment) {
    return workers.open(fragment, 0);
  }

  Fragment fragment(String sql, StatementContext context) {
    return new Fragment(
        context.queryId(), 0, context.snapshot(), context.settings(), sql, Optional.empty(), false);
  }

  void requireWorkers() {
    if (membership.all().isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.NO_WORKERS,
          "No worker is alive to run the query; start one with duckherder-cluster worker, or wait"
              + " for it to register");
    }
  }

  private StatementResult distributed(EngineConnection connection, String sql, ReadPlan plan) {
    String first = plan.fragments().isEmpty() ? sql : plan.fragments().get(0).sql();
    Schema schema = ColumnSchemas.describe(engine.schema(connection, first), plan.columns());
    int window = Math.max(2, membership.slots());
    return result(
        schema,
        summary(plan),
        plan.fragments().size() == 1
            ? "one worker"
            : plan.fragments().size() + " fragments on workers",
        plan.fragments(),
        workers,
        window);
  }

  private StatementResult onDriver(
      EngineConnection connection, String sql, StatementContext context) {
    return result(
        schema(connection, sql),
        ExecutionSummary.LOCAL,
        "driver",
        List.of(fragment(sql, context)),
        (fragment, attempt) -> engine.run(fragment),
        1);
  }

  /** The session's connection does one thing at a time: it is taken when the rows are asked for. */
  private StatementResult onSession(LocalConnection local, String sql, StatementContext context) {
    EngineConnection connection = local.acquire();
    Schema schema;
    try {
      schema = schema(connection, sql);
    } finally {
      local.release();
    }
    return result(
        schema,
        ExecutionSummary.LOCAL,
        "driver, on the session's connection",
        List.of(fragment(sql, context)),
        (fragment, attempt) ->
            new ReleasingStream(engine.stream(local.acquire(), sql), local::release),
        1);
  }

  private static ExecutionSummary summary(ReadPlan plan) {
    return plan.wholeBecause().isPresent()
        ? ExecutionSummary.delegated(plan.rows(), () -> RunStatistics.NONE)
        : ExecutionSummary.byRows(plan.fragments().size(), plan.rows(), () -> RunStatistics.NONE);
  }

  private StatementResult result(
      Schema schema,
      ExecutionSummary summary,
      String where,
      List<Fragment> fragments,
      FragmentOpener opener,
      int window) {
    return new StatementResult(
        schema,
        where,
        summary,
        () ->
            new GatheredStream(
                schema,
                fragments,
                opener,
                new GatheredStream.Window(window, READ_AHEAD),
                executor,
                allocator));
  }
}

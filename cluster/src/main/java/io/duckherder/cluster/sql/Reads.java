package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.ColumnSchemas;
import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.cluster.gather.FragmentOpener;
import io.duckherder.cluster.gather.GatheredStream;
import io.duckherder.cluster.history.ExecutionSummary;
import io.duckherder.cluster.history.RunStatistics;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.schedule.QueryContext;
import io.duckherder.cluster.schedule.TaskListener;
import io.duckherder.cluster.schedule.TaskReports;
import io.duckherder.cluster.schedule.TaskScheduler;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.sql.ClassifiedStatement.PlainRead;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ReadPlanner;
import io.duckherder.plan.ResultColumn;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where a read runs: in fragments on all workers, whole on one, or on the driver if it only asks
 * about the databases or needs the session's temporary objects.
 */
final class Reads {
  /** Bytes that a query may receive ahead of its client. */
  private static final long READ_AHEAD = 64L << 20;

  /** How long what a snapshot is made of is kept for a query that was planned on it. */
  static final Duration PIN = Duration.ofHours(1);

  private final DuckDBEngine engine;
  private final ServedDatabases databases;
  private final ReadPlanner planner;
  private final Membership membership;
  private final TaskScheduler scheduler;
  private final KnownPlans knownPlans = new KnownPlans();
  private volatile @Nullable SnapshotRules rules;
  private final Executor executor;
  private final BufferAllocator allocator;

  private record SnapshotRules(Snapshot snapshot, CacheRules rules) {}

  /**
   * @param scheduler runs plans on workers
   * @param executor threads that receive what the driver runs itself
   */
  Reads(
      DuckDBEngine engine,
      ServedDatabases databases,
      ReadPlanner planner,
      Membership membership,
      TaskScheduler scheduler,
      Executor executor,
      BufferAllocator allocator) {
    this.engine = engine;
    this.databases = databases;
    this.planner = planner;
    this.membership = membership;
    this.scheduler = scheduler;
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
      QueryPlan plan = cut(connection, sql, context);
      Schema schema = schema(connection, sql, plan);
      if (rules(connection).allow(read.tree())) {
        knownPlans.add(key(sql, context), new KnownPlans.Known(plan, schema));
      }
      return distributed(plan, schema, context);
    }
  }

  /** Plans a connector's query over whole tables, whose text was checked before. */
  StatementResult planChecked(String sql, StatementContext context) {
    try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
      requireWorkers();
      QueryPlan plan = cut(connection, sql, context);
      return distributed(plan, schema(connection, sql, plan), context);
    }
  }

  /** The answer to a read that was planned before; takes no connection. */
  Optional<StatementResult> known(String sql, StatementContext context) {
    if (context.local().isPresent() || membership.all().isEmpty()) {
      return Optional.empty();
    }
    return knownPlans
        .find(key(sql, context))
        .map(known -> distributed(known.plan(), known.schema(), context));
  }

  private CacheRules rules(EngineConnection connection) {
    SnapshotRules known = rules;
    if (known == null || !known.snapshot().equals(connection.snapshot())) {
      known = new SnapshotRules(connection.snapshot(), CacheRules.read(connection.jdbc()));
      rules = known;
    }
    return known.rules();
  }

  private KnownPlans.Key key(String sql, StatementContext context) {
    return new KnownPlans.Key(
        sql,
        context.snapshot(),
        context.settings(),
        context.execution(),
        workers(),
        Math.max(1, membership.slots()));
  }

  private int workers() {
    return Math.max(1, membership.all().size());
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
      QueryPlan plan = whole(connection, read);
      return distributed(plan, schema(connection, read.sql(), plan), context);
    }
  }

  /** The stages of a read. */
  QueryPlan cut(EngineConnection connection, String sql, StatementContext context) {
    return planner.planStages(
        connection.jdbc(),
        context.snapshot(),
        context.settings(),
        context.execution(),
        workers(),
        Math.max(1, membership.slots()),
        sql);
  }

  /** The plan of a read that DuckDB does not serialise. */
  QueryPlan whole(EngineConnection connection, PlainRead read) {
    List<ResultColumn> prepared = connection.columns(read.sql());
    Schema schema = engine.schema(connection, read.sql());
    return QueryPlan.whole(
        read.sql(),
        columns(connection, read.sql(), schema, prepared),
        "DuckDB gives no syntax tree of it",
        OptionalLong.empty());
  }

  /** The schema of a statement on a connection, as clients are told it. */
  Schema schema(EngineConnection connection, String sql) {
    // Prepared as the client wrote it first, for DuckDB's message to show that text.
    List<ResultColumn> prepared = connection.columns(sql);
    Schema schema = engine.schema(connection, sql);
    return ColumnSchemas.describe(schema, columns(connection, sql, schema, prepared));
  }

  /** The schema of the rows that a write gives, which is not run. */
  Schema writeSchema(EngineConnection connection, String sql) {
    return ColumnSchemas.describe(engine.writeSchema(connection, sql), connection.columns(sql));
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

  /** Runs a plan; the caller closes the stream. */
  BatchStream open(QueryPlan plan, Schema schema, TaskListener listener, StatementContext context) {
    return scheduler.open(
        plan,
        new QueryContext(
            context.queryId(), context.snapshot(), context.settings(), schema, listener));
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

  private Schema schema(EngineConnection connection, String sql, QueryPlan plan) {
    return ColumnSchemas.describe(engine.schema(connection, sql), plan.columns());
  }

  private StatementResult distributed(QueryPlan plan, Schema schema, StatementContext context) {
    databases.pin(context.snapshot(), PIN);
    TaskReports reports = new TaskReports();
    long tasks = plan.stages().stream().mapToLong(stage -> stage.tasks().size()).sum();
    return new StatementResult(
        schema,
        tasks == 1 ? "one worker" : tasks + " tasks on workers",
        ExecutionSummary.of(
            plan,
            () -> RunStatistics.of(reports.workers().size(), reports.done(), reports.retries())),
        () -> open(plan, schema, reports, context));
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

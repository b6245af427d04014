package io.duckherder.cluster.sql;

import io.duckherder.cluster.functions.ClusterFunctions;
import io.duckherder.cluster.functions.Definitions;
import io.duckherder.cluster.history.ExecutionSummary;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.sql.ClassifiedStatement.Explain;
import io.duckherder.cluster.sql.ClassifiedStatement.PlainRead;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.wire.BatchStream;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads that call functions of the cluster: they run on the driver, with those functions known. */
final class FunctionReads {
  private final DuckDBEngine engine;
  private final Reads reads;
  private final ClusterFunctions functions;

  FunctionReads(DuckDBEngine engine, Reads reads, ClusterFunctions functions) {
    this.engine = engine;
    this.reads = reads;
    this.functions = functions;
  }

  /** The functions that a statement calls, without what they give; absent if it calls none. */
  Optional<Definitions> shape(ClassifiedStatement statement) {
    if (statement instanceof Read read && ClusterFunctions.mayBeIn(read.sql())) {
      return Optional.of(functions.shape(read.tree())).filter(found -> !found.isEmpty());
    }
    if (statement instanceof PlainRead read && ClusterFunctions.mayBeIn(read.sql())) {
      return Optional.of(functions.shape(read.sql())).filter(found -> !found.isEmpty());
    }
    return statement instanceof Explain explain ? shape(explain.read()) : Optional.empty();
  }

  /** Does what a read asks of the cluster, and plans it. */
  StatementResult plan(Read bound, StatementContext context) {
    return plan(bound.sql(), functions.run(bound.tree(), context.queryId()), context);
  }

  StatementResult plan(PlainRead read, StatementContext context) {
    return plan(read.sql(), functions.run(read.sql(), context.queryId()), context);
  }

  /** DuckDB explains, since nothing is cut; what would act on the cluster does not. */
  StatementResult explain(Explain explain, Definitions definitions, StatementContext context) {
    String sql =
        explain.read() instanceof Read read ? read.sql() : ((PlainRead) explain.read()).sql();
    return plan((explain.analyze() ? "EXPLAIN ANALYZE " : "EXPLAIN ") + sql, definitions, context);
  }

  private StatementResult plan(String sql, Definitions definitions, StatementContext context) {
    Optional<LocalConnection> local = context.local();
    EngineConnection connection = connect(local, context);
    Schema schema;
    try {
      definitions.define(connection.jdbc());
      schema = reads.schema(connection, sql);
    } finally {
      release(local, connection, definitions);
    }
    return new StatementResult(
        schema,
        "driver",
        ExecutionSummary.UNRECORDED,
        () -> open(sql, local, definitions, context));
  }

  private BatchStream open(
      String sql,
      Optional<LocalConnection> local,
      Definitions definitions,
      StatementContext context) {
    EngineConnection connection = connect(local, context);
    try {
      definitions.define(connection.jdbc());
      return new ReleasingStream(
          engine.stream(connection, sql), () -> release(local, connection, definitions));
    } catch (RuntimeException e) {
      release(local, connection, definitions);
      throw e;
    }
  }

  private EngineConnection connect(Optional<LocalConnection> local, StatementContext context) {
    return local.isPresent()
        ? local.get().acquire()
        : engine.connect(context.snapshot(), context.settings());
  }

  private static void release(
      Optional<LocalConnection> local, EngineConnection connection, Definitions definitions) {
    if (local.isEmpty()) {
      connection.close();
      return;
    }
    try {
      definitions.drop(connection.jdbc());
    } finally {
      local.get().release();
    }
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.FixedRows;
import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.cluster.history.ExecutionSummary;
import io.duckherder.cluster.sql.ClassifiedStatement.Explain;
import io.duckherder.cluster.sql.ClassifiedStatement.LocalWrite;
import io.duckherder.cluster.sql.ClassifiedStatement.PlainRead;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.cluster.sql.ClassifiedStatement.Refresh;
import io.duckherder.cluster.sql.ClassifiedStatement.SessionCommand;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements: finds out what each is and hands it to who does it. Parameters come as SQL
 * expressions, one for each in the statement.
 */
final class SqlService {
  /** What DuckDB's own clients give for a statement without rows. */
  private static final Schema SUCCESS =
      new Schema(List.of(Field.nullable("Success", ArrowType.Bool.INSTANCE)));

  private static final Schema COUNT =
      new Schema(List.of(Field.nullable("Count", new ArrowType.Int(64, true))));

  private static final Schema NO_COLUMNS = new Schema(List.of());

  private final DuckDBEngine engine;
  private final ServedDatabases databases;
  private final Reads reads;
  private final Explanations explanations;
  private final SessionCommands sessionCommands;
  private final LocalWrites writes;
  private final BufferAllocator allocator;

  SqlService(
      DuckDBEngine engine,
      ServedDatabases databases,
      Reads reads,
      Explanations explanations,
      BufferAllocator allocator) {
    this.engine = engine;
    this.databases = databases;
    this.reads = reads;
    this.explanations = explanations;
    this.sessionCommands = new SessionCommands(engine);
    this.writes = new LocalWrites(engine);
    this.allocator = allocator;
  }

  SessionCommands sessionCommands() {
    return sessionCommands;
  }

  /** Runs a statement that may have rows. */
  StatementResult query(String sql, List<String> parameters, StatementContext context) {
    ClassifiedStatement statement = settled(classify(sql, context), context);
    if (statement instanceof Read read) {
      return reads.plan(read, bind(read, parameters, context), context);
    }
    if (statement instanceof LocalWrite write) {
      return rows(COUNT, List.of(List.of(writes.run(write, parameters, context))));
    }
    requireNoParameters(parameters);
    if (statement instanceof PlainRead read) {
      return reads.plan(read, context);
    }
    if (statement instanceof Explain explain) {
      return explanations.explain(explain, context);
    }
    run(statement, context);
    return new StatementResult(
        SUCCESS,
        "driver",
        ExecutionSummary.UNRECORDED,
        () -> new FixedRows(SUCCESS, List.of(), allocator));
  }

  /**
   * Runs a statement that has no rows.
   *
   * @return the rows that it changed
   */
  long update(String sql, List<String> parameters, StatementContext context) {
    ClassifiedStatement statement = classify(sql, context);
    if (statement instanceof LocalWrite write) {
      return writes.run(write, parameters, context);
    }
    run(statement, context);
    return 0;
  }

  /** The schema of a statement's rows, which has no columns if it gives none. */
  Schema schema(String sql, StatementContext context) {
    return prepare(sql, context).rows();
  }

  /** What is known of a statement before its parameters are. */
  StatementShape prepare(String sql, StatementContext context) {
    ClassifiedStatement statement = settled(classify(sql, context), context);
    if (statement instanceof Read read) {
      return onConnection(
          context, connection -> StatementShape.of(read, connection, engine, reads));
    }
    if (statement instanceof PlainRead read) {
      return onConnection(
          context,
          connection -> new StatementShape(reads.schema(connection, read.sql()), NO_COLUMNS));
    }
    if (statement instanceof Explain) {
      return new StatementShape(Explanations.SCHEMA, NO_COLUMNS);
    }
    if (statement instanceof LocalWrite write) {
      if (context.local().isEmpty() && !write.creates()) {
        throw StatementClassifier.readOnly(write.keyword());
      }
      return onConnection(
          context,
          connection ->
              new StatementShape(
                  NO_COLUMNS, StatementShape.parameters(write.sql(), connection, engine)));
    }
    return new StatementShape(NO_COLUMNS, NO_COLUMNS);
  }

  private void run(ClassifiedStatement statement, StatementContext context) {
    if (statement instanceof SessionCommand command) {
      sessionCommands.run(command, context);
    } else if (statement instanceof Refresh refresh) {
      databases.refresh(refresh.database());
    } else {
      throw new DuckherderException(
          StandardErrorCode.INVALID_QUERY,
          "The statement gives rows; run it as a query rather than as an update");
    }
  }

  private ClassifiedStatement classify(String sql, StatementContext context) {
    return StatementClassifier.classifyAlone(sql)
        .orElseGet(
            () ->
                onConnection(
                    context, connection -> StatementClassifier.classify(connection.jdbc(), sql)));
  }

  /** The statement with the cluster's own settings in it read. */
  private ClassifiedStatement settled(ClassifiedStatement statement, StatementContext context) {
    if (statement instanceof Read read && SettingCalls.mayBeIn(read.sql())) {
      return onConnection(
          context, connection -> SettingCalls.answer(read, connection.jdbc(), context.execution()));
    }
    if (statement instanceof Explain explain) {
      return new Explain(settled(explain.read(), context), explain.analyze());
    }
    return statement;
  }

  private String bind(Read read, List<String> parameters, StatementContext context) {
    int wanted = read.parameters().size();
    if (wanted != parameters.size()) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_QUERY,
          "The statement has %d parameters, and %d values were given"
              .formatted(wanted, parameters.size()));
    }
    return wanted == 0
        ? read.sql()
        : onConnection(
            context, connection -> SyntaxTree.bind(connection.jdbc(), read.tree(), parameters));
  }

  private static void requireNoParameters(List<String> parameters) {
    if (!parameters.isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Only reads and writes of temporary tables take parameters; write the values out");
    }
  }

  private StatementResult rows(Schema schema, List<List<@Nullable Object>> rows) {
    return StatementResult.ofDriver(schema, () -> new FixedRows(schema, rows, allocator));
  }

  private interface OnConnection<T> {
    T run(EngineConnection connection);
  }

  /** On the session's own connection where it has one, since only there its objects are known. */
  private <T> T onConnection(StatementContext context, OnConnection<T> work) {
    if (context.local().isPresent()) {
      EngineConnection connection = context.local().get().acquire();
      try {
        return work.run(connection);
      } finally {
        context.local().get().release();
      }
    }
    try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
      return work.run(connection);
    }
  }
}

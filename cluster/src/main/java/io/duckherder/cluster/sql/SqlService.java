package io.duckherder.cluster.sql;

import io.duckherder.cluster.cache.ResultCache;
import io.duckherder.cluster.cache.ResultKey;
import io.duckherder.cluster.catalog.FixedRows;
import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.cluster.functions.ClusterFunctions;
import io.duckherder.cluster.functions.Definitions;
import io.duckherder.cluster.history.ExecutionSummary;
import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.cluster.session.WrittenTables;
import io.duckherder.cluster.sql.ClassifiedStatement.Checkpoint;
import io.duckherder.cluster.sql.ClassifiedStatement.Explain;
import io.duckherder.cluster.sql.ClassifiedStatement.LocalWrite;
import io.duckherder.cluster.sql.ClassifiedStatement.PlainRead;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.cluster.sql.ClassifiedStatement.Refresh;
import io.duckherder.cluster.sql.ClassifiedStatement.SessionCommand;
import io.duckherder.cluster.sql.ClassifiedStatement.SnapshotCall;
import io.duckherder.cluster.sql.ClassifiedStatement.Write;
import io.duckherder.cluster.sql.ReadChoice.Place;
import io.duckherder.cluster.sql.TimeTravel.Travelled;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import io.duckherder.worker.engine.StatementInterrupt;
import java.util.List;
import java.util.Optional;
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
  private final SmallReads smallReads;
  private final SessionCommands sessionCommands;
  private final FunctionReads functionReads;
  private final CachedReads cachedReads;
  private final LocalWrites writes;
  private final StoredUses fileUses;
  private final Optional<LiveStatements> live;
  private final Optional<ReadChoice> readChoice;
  private final BufferAllocator allocator;

  SqlService(
      DuckDBEngine engine,
      ServedDatabases databases,
      Reads reads,
      Explanations explanations,
      SmallReads smallReads,
      ClusterFunctions functions,
      ResultCache cache,
      StoredUses fileUses,
      BufferAllocator allocator) {
    this.engine = engine;
    this.databases = databases;
    this.reads = reads;
    this.explanations = explanations;
    this.smallReads = smallReads;
    this.readChoice = databases.managed().map(ReadChoice::new);
    this.live = databases.managed().map(managed -> new LiveStatements(engine, managed, allocator));
    this.sessionCommands = new SessionCommands(engine, () -> databases.freshFor(Reads.PIN), live);
    this.cachedReads = new CachedReads(cache);
    this.functionReads = new FunctionReads(engine, reads, functions);
    this.writes = new LocalWrites(engine);
    this.fileUses = fileUses;
    this.allocator = allocator;
  }

  SessionCommands sessionCommands() {
    return sessionCommands;
  }

  /** What runs on the live databases, if there are some. */
  Optional<LiveStatements> live() {
    return live;
  }

  /** Runs a statement that may have rows. */
  StatementResult query(String sql, List<String> parameters, StatementContext context) {
    if (live.isPresent() && TimeTravel.mayBeIn(sql)) {
      if (classify(sql, context) instanceof Explain explain
          && explain.read() instanceof Read read
          && TimeTravel.isIn(read.tree())) {
        Travelled travelled = travel(read, context);
        return explanations.explain(
            new Explain(travelled.read(), explain.analyze(), explain.json()),
            context.detachedOn(travelled.snapshot()));
      }
      Optional<Travelled> travelled = travel(sql, parameters, context);
      if (travelled.isPresent()) {
        return queryOn(
            travelled.get().read().sql(),
            List.of(),
            context.detachedOn(travelled.get().snapshot()));
      }
    }
    return readsBehind(context)
        ? queryBehind(sql, parameters, context)
        : queryOn(sql, parameters, context);
  }

  /** The read that a text stands for, if it asks for tables as they were. */
  private Optional<Travelled> travel(
      String sql, List<String> parameters, StatementContext context) {
    if (!(classify(sql, context) instanceof Read read) || !TimeTravel.isIn(read.tree())) {
      return Optional.empty();
    }
    return Optional.of(travel(bound(read, parameters, context), context));
  }

  /** The same before its parameters are known. */
  private Optional<Travelled> travel(String sql, StatementContext context) {
    return classify(sql, context) instanceof Read read && TimeTravel.isIn(read.tree())
        ? Optional.of(travel(read, context))
        : Optional.empty();
  }

  private Travelled travel(Read read, StatementContext context) {
    ManagedDatabases managed = databases.managed().orElseThrow();
    Snapshot newest = databases.fresh();
    return onConnection(
        context, connection -> TimeTravel.of(read, managed, connection.jdbc(), newest));
  }

  /** Whether there are commits that a read has to see and the newest snapshot does not hold. */
  private boolean readsBehind(StatementContext context) {
    return live.isPresent() && context.behind() && context.local().isEmpty() && !context.isPinned();
  }

  /** Runs a statement that would miss commits on its snapshot, if it reads. */
  private StatementResult queryBehind(
      String sql, List<String> parameters, StatementContext context) {
    ClassifiedStatement statement = classify(sql, context);
    if (statement instanceof Read read
        && parameters.isEmpty()
        && functionReads.shape(settled(read, context)).isEmpty()) {
      Place place =
          live.orElseThrow().look(context, connection -> place(connection, read, context));
      if (place == Place.LIVE) {
        return live.orElseThrow().read(read.sql(), context);
      }
      if (place == Place.NEWEST_SNAPSHOT) {
        return queryOn(sql, parameters, context.on(databases.current()));
      }
    }
    boolean reads =
        (statement instanceof Read read && SyntaxTree.readsTables(read.tree()))
            || statement instanceof PlainRead
            || statement instanceof Explain;
    return queryOn(sql, parameters, reads ? sealed(context) : context);
  }

  private Place place(EngineConnection connection, Read read, StatementContext context) {
    return readChoice.orElseThrow().place(connection, read, context);
  }

  /** The context on a snapshot that holds every commit. */
  private StatementContext sealed(StatementContext context) {
    long started = System.nanoTime();
    StatementContext sealed = context.on(databases.fresh());
    readChoice.ifPresent(choice -> choice.sealTook(System.nanoTime() - started));
    return sealed;
  }

  /** Runs a statement that may have rows; a read finds all it may see in its snapshot. */
  private StatementResult queryOn(String sql, List<String> parameters, StatementContext context) {
    if (CachedReads.wanted(context)) {
      ResultKey key = CachedReads.key(sql, parameters, context);
      return cachedReads
          .find(key, () -> afresh(sql, parameters, context))
          .orElseGet(() -> afresh(sql, parameters, context));
    }
    return uncached(sql, parameters, context);
  }

  /** Runs a statement whose answer may be kept. */
  private StatementResult afresh(String sql, List<String> parameters, StatementContext context) {
    if (classify(sql, context) instanceof Read read
        && onConnection(context, connection -> CacheRules.allow(connection.jdbc(), read.tree()))) {
      return cachedReads.keep(
          CachedReads.key(sql, parameters, context),
          reads.plan(read, bind(read, parameters, context), context));
    }
    return uncached(sql, parameters, context);
  }

  private StatementResult uncached(String sql, List<String> parameters, StatementContext context) {
    Optional<StatementResult> known =
        parameters.isEmpty()
            ? smallReads.find(sql, context).or(() -> reads.known(sql, context))
            : Optional.empty();
    return known.orElseGet(() -> classifyAndQuery(sql, parameters, context));
  }

  private StatementResult classifyAndQuery(
      String sql, List<String> parameters, StatementContext context) {
    ClassifiedStatement statement = settled(classify(sql, context), context);
    Optional<Definitions> functions = functionReads.shape(statement);
    if (statement instanceof Read read) {
      if (functions.isPresent()) {
        return functionReads.plan(bound(read, parameters, context), context);
      }
      Optional<StatementResult> small =
          parameters.isEmpty() ? smallReads.consider(sql, read, context) : Optional.empty();
      if (small.isPresent()) {
        return small.get();
      }
      return reads.plan(read, bind(read, parameters, context), context);
    }
    if (statement instanceof LocalWrite write) {
      return rows(COUNT, List.of(List.of(writes.run(write, parameters, context))));
    }
    if (statement instanceof Write write) {
      return write.hasRows()
          ? live.orElseThrow().rows(write, parameters, context)
          : rows(COUNT, List.of(List.of(live.orElseThrow().update(write, parameters, context))));
    }
    requireNoParameters(parameters);
    if (statement instanceof SnapshotCall call) {
      return call(call, context);
    }
    if (statement instanceof PlainRead read) {
      if (functions.isPresent()) {
        return functionReads.plan(read, context);
      }
      return reads.plan(read, context);
    }
    if (statement instanceof Explain explain) {
      if (functions.isPresent()) {
        return functionReads.explain(explain, functions.get(), context);
      }
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
    if (statement instanceof Write write) {
      return live.orElseThrow().update(write, parameters, context);
    }
    if (statement instanceof SnapshotCall call) {
      call(call, context);
      return 0;
    }
    run(statement, context);
    return 0;
  }

  private StatementResult call(SnapshotCall call, StatementContext context) {
    SnapshotCalls calls =
        new SnapshotCalls(databases, databases.managed().orElseThrow(), allocator);
    // The arguments are looked at first: the call may close every connection to the databases.
    try (EngineConnection connection = engine.connect(databases.current(), context.settings())) {
      return calls.run(call, connection.jdbc());
    }
  }

  /**
   * Runs a statement that has no rows for each row of values, all as one transaction.
   *
   * @param rows none for a statement without parameters
   * @return the rows that it changed
   */
  long updateAll(String sql, ParameterRows rows, StatementContext context) {
    Optional<List<List<String>>> first = rows.next();
    if (first.isEmpty() || first.get().stream().allMatch(List::isEmpty)) {
      return update(sql, List.of(), context);
    }
    ClassifiedStatement statement = classify(sql, context);
    if (statement instanceof LocalWrite write) {
      return writes.runAll(write, first.get(), rows, context);
    }
    if (statement instanceof Write write) {
      return live.orElseThrow().updateAll(write, first.get(), rows, context);
    }
    throw new DuckherderException(
        StandardErrorCode.INVALID_QUERY,
        "The statement takes no parameters, or gives rows; run it as a query rather than as an"
            + " update");
  }

  /**
   * Takes the rows of a client's stream into a table.
   *
   * @return the rows that came
   */
  long ingest(IngestTarget target, BatchStream stream, StatementContext context) {
    if (live.isPresent()) {
      return live.get().ingest(target, stream, context);
    }
    if (target.temporary()) {
      return writes.ingest(target, stream, context);
    }
    throw StatementClassifier.readOnly(target.toString());
  }

  /** The tables that a statement writes; fails unless it writes, gives no rows, and may run. */
  WrittenTables requireWrite(String sql, StatementContext context) {
    if (classify(sql, context) instanceof Write write && !write.hasRows()) {
      return write.tables();
    }
    throw new DuckherderException(
        StandardErrorCode.INVALID_QUERY, "The statement is no write: %s".formatted(sql));
  }

  /** A way to stop a statement. */
  StatementInterrupt interrupt() {
    return engine.interrupt();
  }

  /** The schema of a statement's rows, which has no columns if it gives none. */
  Schema schema(String sql, StatementContext context) {
    return prepare(sql, context).rows();
  }

  /** What is known of a statement before its parameters are. */
  StatementShape prepare(String sql, StatementContext context) {
    if (live.isPresent() && TimeTravel.mayBeIn(sql)) {
      Optional<Travelled> travelled = travel(sql, context);
      if (travelled.isPresent()) {
        return prepareOn(
            travelled.get().read().sql(), context.detachedOn(travelled.get().snapshot()));
      }
    }
    return prepareOn(sql, context);
  }

  private StatementShape prepareOn(String sql, StatementContext context) {
    Optional<Schema> known = smallReads.schema(sql, context);
    if (known.isPresent()) {
      return new StatementShape(known.get(), NO_COLUMNS);
    }
    ClassifiedStatement statement = settled(classify(sql, context), context);
    Optional<Definitions> functions = functionReads.shape(statement);
    if (statement instanceof Read read) {
      return onConnection(
          context, functions, connection -> StatementShape.of(read, connection, engine, reads));
    }
    if (statement instanceof PlainRead read) {
      return onConnection(
          context,
          functions,
          connection -> new StatementShape(reads.schema(connection, read.sql()), NO_COLUMNS));
    }
    if (statement instanceof SnapshotCall call) {
      return new StatementShape(SnapshotCalls.schema(call), NO_COLUMNS);
    }
    if (statement instanceof Explain) {
      return new StatementShape(Explanations.SCHEMA, NO_COLUMNS);
    }
    if (statement instanceof Write write) {
      return onConnection(
          context,
          connection ->
              new StatementShape(
                  write.hasRows() ? reads.writeSchema(connection, write.sql()) : NO_COLUMNS,
                  StatementShape.parameters(write.sql(), connection, engine)));
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
      sessionCommands.run(
          command,
          SessionCommands.reads(command) && readsBehind(context) ? sealed(context) : context);
    } else if (statement instanceof Checkpoint checkpoint) {
      checkpoint(checkpoint.database());
    } else if (statement instanceof Refresh refresh) {
      databases.refresh(refresh.database());
    } else {
      throw new DuckherderException(
          StandardErrorCode.INVALID_QUERY,
          "The statement gives rows; run it as a query rather than as an update");
    }
  }

  private void checkpoint(String database) {
    ManagedDatabases managed = databases.managed().orElseThrow();
    managed.checkpoint(database.isEmpty() ? managed.names().get(0) : database);
  }

  private ClassifiedStatement classify(String sql, StatementContext context) {
    return StatementClassifier.classifyAlone(sql)
        .orElseGet(
            () ->
                onConnection(
                    context,
                    connection ->
                        StatementClassifier.classify(
                            connection.jdbc(), sql, fileUses.on(connection), live.isPresent())));
  }

  /** The statement with the cluster's own settings in it read. */
  private ClassifiedStatement settled(ClassifiedStatement statement, StatementContext context) {
    if (statement instanceof Read read && SettingCalls.mayBeIn(read.sql())) {
      return onConnection(
          context, connection -> SettingCalls.answer(read, connection.jdbc(), context.execution()));
    }
    if (statement instanceof Explain explain) {
      return new Explain(settled(explain.read(), context), explain.analyze(), explain.json());
    }
    return statement;
  }

  private Read bound(Read read, List<String> parameters, StatementContext context) {
    String sql = bind(read, parameters, context);
    return parameters.isEmpty()
        ? read
        : onConnection(
            context, connection -> new Read(sql, SyntaxTree.parse(connection.jdbc(), sql)));
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

  /** With functions of the cluster known to the connection meanwhile. */
  private <T> T onConnection(
      StatementContext context, Optional<Definitions> functions, OnConnection<T> work) {
    return onConnection(
        context,
        connection -> {
          functions.ifPresent(known -> known.define(connection.jdbc()));
          try {
            return work.run(connection);
          } finally {
            functions.ifPresent(known -> known.drop(connection.jdbc()));
          }
        });
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
    if (live.isPresent() && !context.isPinned() && context.behind()) {
      try {
        return live.get().look(context, work::run);
      } catch (DuckherderException e) {
        // Snapshots that are served as databases are known to snapshots only.
        if (e.code() != StandardErrorCode.OBJECT_NOT_FOUND) {
          throw e;
        }
        return onConnection(sealed(context), work);
      }
    }
    try (EngineConnection connection = engine.connect(context.snapshot(), context.settings())) {
      return work.run(connection);
    }
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.ColumnSchemas;
import io.duckherder.cluster.gather.HeldMemory;
import io.duckherder.cluster.gather.HeldRows;
import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.session.Session;
import io.duckherder.cluster.session.WrittenTables;
import io.duckherder.cluster.sql.ClassifiedStatement.Write;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitBase;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import io.duckherder.worker.staging.StagedCommit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Statements on the live databases: writes, and reads that are not worth a snapshot. Each is a
 * transaction of its own, or part of the client's, and is over when its first row can be read: so
 * that a slow reader keeps no transaction open, and a client that has an answer has a commit.
 */
final class LiveStatements {
  private static final long HELD_BYTES = 16L << 20;

  /** The keyword of statements that write nothing. */
  private static final String READ = "";

  private final DuckDBEngine engine;
  private final ManagedDatabases databases;
  private final BufferAllocator allocator;

  LiveStatements(DuckDBEngine engine, ManagedDatabases databases, BufferAllocator allocator) {
    this.engine = engine;
    this.databases = databases;
    this.allocator = allocator;
  }

  /**
   * Runs a write that gives no rows.
   *
   * @param parameters values as SQL, empty if the statement has none
   * @return the rows that it changed
   */
  long update(Write write, List<String> parameters, StatementContext context) {
    return run(
        context,
        write.keyword(),
        write.tables(),
        connection -> ParameterizedWrite.run(connection, write.sql(), parameters, context));
  }

  /**
   * Runs a write for each row of values, all as one transaction.
   *
   * @return the rows that it changed
   */
  long updateAll(
      Write write, List<List<String>> first, ParameterRows more, StatementContext context) {
    return run(
        context,
        write.keyword(),
        write.tables(),
        connection -> ParameterizedWrite.runAll(connection, write.sql(), first, more, context));
  }

  /**
   * Takes the rows of a client's stream into a table.
   *
   * @return the rows that came
   */
  long ingest(IngestTarget target, BatchStream stream, StatementContext context) {
    return run(
        context,
        target.temporary() ? "CREATE TEMP" : "INGEST",
        WrittenTables.of(target.table()),
        connection ->
            engine.ingest(connection, target.sql(connection), stream, context.interrupt()));
  }

  /**
   * Runs a write of a connector.
   *
   * @param tables what it writes
   * @param staged opens the rows that it takes
   */
  CommitAnswer commit(
      CommitRequest request,
      WrittenTables tables,
      Supplier<BatchStream> staged,
      StatementContext context) {
    return run(
        context,
        "WRITE",
        tables,
        connection ->
            new StagedCommit(engine)
                .run(
                    connection,
                    request,
                    staged,
                    () -> request.base().ifPresent(base -> requireUnchanged(request, base)),
                    context.interrupt()));
  }

  /** Forgets the writes of connectors to a database that were long ago. */
  void forgetOldWrites(String database, StatementContext context) {
    run(
        context,
        "WRITE",
        WrittenTables.of(StagedCommit.TABLE),
        connection -> StagedCommit.forgetOld(connection, database, context.interrupt()));
  }

  private void requireUnchanged(CommitRequest request, CommitBase base) {
    String database = request.record().database();
    if (!(base.snapshot().databases().get(database) instanceof SealedVersion sealed)
        || databases.wroteSince(database, sealed, base.table())) {
      throw new DuckherderException(
          StandardErrorCode.TRANSACTION_CONFLICT,
          "Cannot commit write %s: table \"%s\" was written, or checkpointed, since it was read; run it again"
              .formatted(request.record().id(), base.table()));
    }
  }

  /** Runs a write that gives rows; they wait for their reader. */
  StatementResult rows(Write write, List<String> parameters, StatementContext context) {
    return run(
        context,
        write.keyword(),
        write.tables(),
        connection ->
            held(
                connection,
                write.sql(),
                context,
                () -> engine.streamWrite(connection, write.sql(), parameters)),
        StatementResult::discard);
  }

  /** Runs a read; its rows wait for their reader. */
  StatementResult read(String sql, StatementContext context) {
    return run(
        context,
        READ,
        WrittenTables.NONE,
        connection -> held(connection, sql, context, () -> engine.stream(connection, sql)),
        StatementResult::discard);
  }

  /** Lends a connection for a look at what the live databases hold. */
  <T> T look(StatementContext context, Function<EngineConnection, T> work) {
    Optional<LocalConnection> own = context.local();
    return own.isPresent()
        ? lend(own.get(), work)
        : onNew(() -> connectToRead(context), work, (made, looking) -> lend(made, looking));
  }

  private static <T> T lend(LocalConnection connection, Function<EngineConnection, T> work) {
    EngineConnection acquired = connection.acquire();
    try {
      return work.apply(acquired);
    } finally {
      connection.release();
    }
  }

  /** Runs work on a connection. */
  private interface Running<T> {
    T run(LocalConnection connection, Function<EngineConnection, T> work);
  }

  /**
   * Runs work on a connection that is made for it, and closed after it if no session keeps it.
   * Where the files were exchanged while it waited to enter them, it enters the new ones.
   */
  private static <T> T onNew(
      Supplier<LocalConnection> connect, Function<EngineConnection, T> work, Running<T> running) {
    AtomicBoolean began = new AtomicBoolean();
    Function<EngineConnection, T> noted =
        connection -> {
          began.set(true);
          return work.apply(connection);
        };
    while (true) {
      LocalConnection made = connect.get();
      boolean kept = false;
      try {
        T result = running.run(made, noted);
        kept = made.hasTemporary();
        return result;
      } catch (DuckherderException e) {
        if (began.get() || !made.isClosed()) {
          throw e;
        }
      } finally {
        if (!kept) {
          made.close();
        }
      }
    }
  }

  /** A connection of the client's own, with its settings; whoever keeps it closes it. */
  LocalConnection connect(StatementContext context) {
    return databases.connect(context.snapshot(), context.settings());
  }

  private LocalConnection connectToRead(StatementContext context) {
    return databases.connectToRead(context.snapshot(), context.settings());
  }

  /** Opens a client's transaction on a connection. */
  void begin(LocalConnection connection, String sql, StatementContext context) {
    connection.begin(sql);
    databases.transactions().begun(connection, context.client());
  }

  /** Ends the transaction of a session, which keeps its connection only for temporary objects. */
  void end(LocalConnection connection, boolean commit, Session session) {
    try {
      end(connection, commit);
    } finally {
      if (!connection.hasTemporary()) {
        session.dropLocal(connection);
      }
    }
  }

  /** Ends the transaction of a connection. */
  void end(LocalConnection connection, boolean commit) {
    if (commit) {
      connection.commit(databases::commit);
    } else {
      connection.rollback();
    }
  }

  private <T> T run(
      StatementContext context,
      String keyword,
      WrittenTables writes,
      Function<EngineConnection, T> work) {
    return run(context, keyword, writes, work, result -> {});
  }

  private <T> T run(
      StatementContext context,
      String keyword,
      WrittenTables writes,
      Function<EngineConnection, T> work,
      Consumer<? super T> undone) {
    Optional<LocalConnection> own = context.local();
    if (own.isPresent()) {
      return run(own.get(), writes, work, undone, context);
    }
    return onNew(
        () -> keyword.equals(READ) ? connectToRead(context) : connect(context),
        work,
        (made, begun) -> {
          T result = run(made, writes, noting(keyword, made, begun, context), undone, context);
          if (made.hasTemporary()) {
            context.cookie().require("CREATE TEMP").local(made);
          }
          return result;
        });
  }

  /** Fails before the commit if the client could not come back to what the statement made. */
  private static <T> Function<EngineConnection, T> noting(
      String keyword,
      LocalConnection made,
      Function<EngineConnection, T> work,
      StatementContext context) {
    if (!keyword.startsWith("CREATE")) {
      return work;
    }
    return connection -> {
      T result = work.apply(connection);
      if (made.noteTemporary()) {
        context.cookie().require("CREATE TEMP");
      }
      return result;
    };
  }

  private <T> T run(
      LocalConnection connection,
      WrittenTables writes,
      Function<EngineConnection, T> work,
      Consumer<? super T> undone,
      StatementContext context) {
    databases.transactions().running(connection, context.client());
    try {
      return connection.run(writes, work, undone, databases::commit, context.interrupt());
    } finally {
      databases.transactions().ended(connection);
    }
  }

  /** Opens rows whose statement begins to run then. */
  private interface Opening {
    BatchStream open();
  }

  private StatementResult held(
      EngineConnection connection, String sql, StatementContext context, Opening opening) {
    List<ResultColumn> columns = connection.columns(sql);
    HeldRows rows =
        new HeldRows(new HeldMemory(HELD_BYTES), engine.config().spillDirectory(), allocator);
    try (BatchStream stream = opening.open()) {
      Schema schema = context.interrupt().reading(stream, () -> hold(stream, columns, rows));
      return StatementResult.ofDriver(schema, new HeldAnswer(schema, rows, allocator));
    } catch (RuntimeException | Error e) {
      rows.close();
      throw e;
    }
  }

  private static Schema hold(BatchStream stream, List<ResultColumn> columns, HeldRows rows) {
    Schema schema = ColumnSchemas.describe(stream.schema(), columns);
    while (stream.next()) {
      ArrowRecordBatch batch = new VectorUnloader(stream.root()).getRecordBatch();
      rows.put(batch);
    }
    return schema;
  }
}

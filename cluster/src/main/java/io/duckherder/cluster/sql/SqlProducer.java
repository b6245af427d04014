package io.duckherder.cluster.sql;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.duckherder.cluster.catalog.Keys;
import io.duckherder.cluster.catalog.Tables;
import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.cluster.session.LocalConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest.EndTransaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutPreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The commands of Flight SQL that run statements. A statement is done, or planned, when its {@code
 * GetFlightInfo} is answered; the ticket in the answer names the result, which waits to be read.
 */
class SqlProducer extends CatalogProducer {
  private static final Duration IDLE = Duration.ofHours(1);

  private final SqlService service;
  private final ServedDatabases databases;
  private final RunningQueries queries;
  private final PreparedStatements prepared;
  private final Transactions transactions;
  private final Executor executor;
  private final BufferAllocator allocator;

  SqlProducer(
      SqlService service,
      ServedDatabases databases,
      RunningQueries queries,
      Tables tables,
      Keys keys,
      Supplier<SqlInfoBuilder> serverInfo,
      Clock clock,
      Executor executor,
      BufferAllocator allocator) {
    super(tables, keys, serverInfo, executor, allocator);
    this.service = service;
    this.databases = databases;
    this.queries = queries;
    this.prepared = new PreparedStatements(clock, IDLE);
    this.transactions = new Transactions(clock, IDLE);
    this.executor = executor;
    this.allocator = allocator;
  }

  SqlService service() {
    return service;
  }

  /** The context of a call that is in no transaction but the session's. */
  StatementContext context(CallContext call) {
    return context(call, Optional.empty());
  }

  private StatementContext context(CallContext call, Optional<OpenTransaction> transaction) {
    return StatementContext.of(
        queries.newId(), call, transaction, databases.newest(), service.interrupt());
  }

  @Override
  public FlightInfo getFlightInfoStatement(
      CommandStatementQuery command, CallContext call, FlightDescriptor descriptor) {
    StatementContext context = context(call, transactions.find(command.getTransactionId()));
    return promise(command.getQuery(), List.of(), context, descriptor);
  }

  @Override
  public FlightInfo getFlightInfoPreparedStatement(
      CommandPreparedStatementQuery command, CallContext call, FlightDescriptor descriptor) {
    PreparedStatements.Prepared statement = prepared.get(command.getPreparedStatementHandle());
    StatementContext context = context(call, statement.transaction());
    return promise(statement.sql(), statement.single(), context, descriptor);
  }

  private FlightInfo promise(
      String sql, List<String> parameters, StatementContext context, FlightDescriptor descriptor) {
    StatementResult result = plan(sql, parameters, context);
    TicketStatementQuery ticket =
        TicketStatementQuery.newBuilder()
            .setStatementHandle(ByteString.copyFromUtf8(context.queryId()))
            .build();
    return info(ticket, result.schema(), descriptor);
  }

  private StatementResult plan(String sql, List<String> parameters, StatementContext context) {
    queries.begin(sql, context);
    try {
      StatementResult result = service.query(sql, parameters, context);
      queries.promise(context.queryId(), result);
      return result;
    } catch (RuntimeException | Error e) {
      queries.fail(context.queryId(), e);
      throw e;
    }
  }

  long counted(String sql, StatementContext context, LongSupplier work) {
    queries.begin(sql, context);
    try {
      long changed = work.getAsLong();
      queries.done(context.queryId(), changed);
      return changed;
    } catch (RuntimeException | Error e) {
      queries.fail(context.queryId(), e);
      throw e;
    }
  }

  @Override
  public SchemaResult getSchemaStatement(
      CommandStatementQuery command, CallContext call, FlightDescriptor descriptor) {
    StatementContext context = context(call, transactions.find(command.getTransactionId()));
    return new SchemaResult(service.schema(command.getQuery(), context));
  }

  @Override
  public SchemaResult getSchemaPreparedStatement(
      CommandPreparedStatementQuery command, CallContext call, FlightDescriptor descriptor) {
    PreparedStatements.Prepared statement = prepared.get(command.getPreparedStatementHandle());
    return new SchemaResult(
        service.schema(statement.sql(), context(call, statement.transaction())));
  }

  @Override
  public void getStreamStatement(
      TicketStatementQuery ticket, CallContext call, ServerStreamListener listener) {
    queries.send(ticket.getStatementHandle().toStringUtf8(), listener, executor);
  }

  @Override
  public void getStreamPreparedStatement(
      CommandPreparedStatementQuery command, CallContext call, ServerStreamListener listener) {
    PreparedStatements.Prepared statement = prepared.get(command.getPreparedStatementHandle());
    StatementContext context = context(call, statement.transaction());
    plan(statement.sql(), statement.single(), context);
    queries.send(context.queryId(), listener, executor);
  }

  @Override
  public void createPreparedStatement(
      ActionCreatePreparedStatementRequest request,
      CallContext call,
      StreamListener<Result> listener) {
    Optional<OpenTransaction> transaction = transactions.find(request.getTransactionId());
    StatementShape shape = service.prepare(request.getQuery(), context(call, transaction));
    answer(
        ActionCreatePreparedStatementResult.newBuilder()
            .setPreparedStatementHandle(prepared.add(request.getQuery(), transaction))
            .setDatasetSchema(ByteString.copyFrom(Tables.bytes(shape.rows())))
            .setParameterSchema(ByteString.copyFrom(Tables.bytes(shape.parameters())))
            .build(),
        listener);
  }

  @Override
  public void closePreparedStatement(
      ActionClosePreparedStatementRequest request,
      CallContext call,
      StreamListener<Result> listener) {
    prepared.close(request.getPreparedStatementHandle());
    listener.onCompleted();
  }

  @Override
  public void beginTransaction(
      ActionBeginTransactionRequest request,
      CallContext call,
      StreamListener<ActionBeginTransactionResult> listener) {
    ByteString id = transactions.add(open(context(call)));
    listener.onNext(ActionBeginTransactionResult.newBuilder().setTransactionId(id).build());
    listener.onCompleted();
  }

  @Override
  public void endTransaction(
      ActionEndTransactionRequest request, CallContext call, StreamListener<Result> listener) {
    boolean commit = request.getAction() == EndTransaction.END_TRANSACTION_COMMIT;
    transactions
        .remove(request.getTransactionId())
        .connection()
        .ifPresent(connection -> end(connection, commit));
    listener.onCompleted();
  }

  private OpenTransaction open(StatementContext context) {
    if (service.live().isEmpty()) {
      return new OpenTransaction(context.snapshot(), Optional.empty());
    }
    LiveStatements live = service.live().get();
    LocalConnection connection = live.connect(context);
    try {
      live.begin(connection, "BEGIN", context);
      return new OpenTransaction(context.snapshot(), Optional.of(connection));
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void end(LocalConnection connection, boolean commit) {
    try {
      service.live().orElseThrow().end(connection, commit);
    } finally {
      connection.close();
    }
  }

  /** Ends what clients left open for too long. */
  public void endIdleTransactions() {
    transactions.endIdle();
  }

  /** Rolls back what clients have open: the driver stops. */
  public void closeTransactions() {
    transactions.closeAll();
  }

  @Override
  public Runnable acceptPutStatement(
      CommandStatementUpdate command,
      CallContext call,
      FlightStream stream,
      StreamListener<PutResult> listener) {
    return () -> {
      StatementContext context = context(call, transactions.find(command.getTransactionId()));
      count(
          counted(
              command.getQuery(),
              context,
              () -> service.update(command.getQuery(), List.of(), context)),
          listener);
    };
  }

  @Override
  public Runnable acceptPutStatementBulkIngest(
      CommandStatementIngest command,
      CallContext call,
      FlightStream stream,
      StreamListener<PutResult> listener) {
    return () -> {
      StatementContext context = context(call, transactions.find(command.getTransactionId()));
      IngestTarget target = IngestTarget.of(command);
      count(
          counted(
              target.toString(),
              context,
              () -> service.ingest(target, new ClientStream(stream), context)),
          listener);
    };
  }

  @Override
  public Runnable acceptPutPreparedStatementUpdate(
      CommandPreparedStatementUpdate command,
      CallContext call,
      FlightStream stream,
      StreamListener<PutResult> listener) {
    return () -> {
      PreparedStatements.Prepared statement = prepared.get(command.getPreparedStatementHandle());
      StatementContext context = context(call, statement.transaction());
      ParameterRows rows = new ParameterRows(new ClientStream(stream));
      count(
          counted(
              statement.sql(), context, () -> service.updateAll(statement.sql(), rows, context)),
          listener);
    };
  }

  @Override
  public Runnable acceptPutPreparedStatementQuery(
      CommandPreparedStatementQuery command,
      CallContext call,
      FlightStream stream,
      StreamListener<PutResult> listener) {
    return () -> {
      prepared.bind(command.getPreparedStatementHandle(), stream);
      put(
          DoPutPreparedStatementResult.newBuilder()
              .setPreparedStatementHandle(command.getPreparedStatementHandle())
              .build(),
          listener);
    };
  }

  private void count(long changed, StreamListener<PutResult> listener) {
    put(DoPutUpdateResult.newBuilder().setRecordCount(changed).build(), listener);
  }

  private void put(Message message, StreamListener<PutResult> listener) {
    byte[] bytes = message.toByteArray();
    try (ArrowBuf buffer = allocator.buffer(Math.max(1, bytes.length))) {
      buffer.writeBytes(bytes);
      listener.onNext(PutResult.metadata(buffer));
    }
    listener.onCompleted();
  }

  static void answer(Message message, StreamListener<Result> listener) {
    listener.onNext(new Result(Any.pack(message).toByteArray()));
    listener.onCompleted();
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.cluster.access.ClientFiles;
import io.duckherder.cluster.cache.ResultCache;
import io.duckherder.cluster.catalog.CatalogReader;
import io.duckherder.cluster.catalog.Keys;
import io.duckherder.cluster.catalog.ServerInfo;
import io.duckherder.cluster.catalog.Tables;
import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.cluster.functions.ClusterFunctions;
import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.schedule.TaskScheduler;
import io.duckherder.cluster.security.Authentication;
import io.duckherder.cluster.session.SessionCookie;
import io.duckherder.cluster.staging.StagedWrites;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ReadPlanner;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.FlightErrors;
import io.duckherder.wire.ReadCommand;
import io.duckherder.wire.Version;
import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.StageCommand;
import io.duckherder.wire.write.WriteActions;
import io.duckherder.worker.engine.DuckDBEngine;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.CancelResult;
import org.apache.arrow.memory.BufferAllocator;

/**
 * All calls that reach the driver: Flight SQL, reads of connectors, actions of the cluster. Every
 * failure leaves here with its code.
 */
public final class DriverProducer extends SqlProducer {
  private static final String CATALOG_OPTION = "catalog";
  private static final String SCHEMA_OPTION = "schema";

  private final ServedDatabases databases;
  private final Duration ticketValidity;
  private final RunningQueries queries;
  private final ConnectorReads connectorReads;
  private final ConnectorWrites connectorWrites;
  private final TicketReads ticketReads;
  private final ClusterActions actions;

  /** What a producer is made of; the driver owns all of it. */
  public record Parts(
      DuckDBEngine engine,
      ServedDatabases databases,
      Membership membership,
      TaskScheduler scheduler,
      TicketCodec tickets,
      Duration ticketValidity,
      RunningQueries queries,
      ResultCache cache,
      Clock clock,
      Executor executor,
      StagedWrites staged,
      ClientFiles files,
      BufferAllocator allocator) {}

  /** A producer that does the cluster's own actions too. */
  public static DriverProducer create(Parts parts, ClusterActions actions) {
    ReadPlanner planner = new ReadPlanner();
    StoredUses fileUses = new StoredUses(parts.files());
    Reads reads =
        new Reads(
            parts.engine(),
            parts.databases(),
            planner,
            parts.membership(),
            parts.scheduler(),
            parts.executor(),
            parts.allocator());
    Explanations explanations =
        new Explanations(parts.engine(), reads, parts.membership(), parts.allocator());
    SmallReads smallReads =
        new SmallReads(
            parts.engine(),
            new SmallReadRules(planner),
            parts.membership(),
            parts.queries().held(),
            parts.executor(),
            parts.allocator());
    SqlService service =
        new SqlService(
            parts.engine(),
            parts.databases(),
            reads,
            explanations,
            smallReads,
            new ClusterFunctions(
                parts.membership(),
                parts.queries(),
                () ->
                    parts.databases().managed().map(ManagedDatabases::snapshots).orElse(List.of()),
                parts.clock()),
            parts.cache(),
            fileUses,
            parts.allocator());
    ConnectorReads connectorReads =
        new ConnectorReads(
            parts.engine(),
            parts.databases(),
            planner,
            parts.membership(),
            parts.tickets(),
            parts.ticketValidity(),
            fileUses);
    TicketReads ticketReads =
        new TicketReads(parts.tickets(), reads, parts.queries(), parts.executor());
    return new DriverProducer(
        parts,
        service,
        connectorReads,
        new ConnectorWrites(service, parts.databases(), parts.staged()),
        ticketReads,
        actions);
  }

  private DriverProducer(
      Parts parts,
      SqlService service,
      ConnectorReads connectorReads,
      ConnectorWrites connectorWrites,
      TicketReads ticketReads,
      ClusterActions actions) {
    super(
        service,
        parts.databases(),
        parts.queries(),
        new Tables(new CatalogReader(parts.engine(), parts.databases()), parts.engine()),
        new Keys(new CatalogReader(parts.engine(), parts.databases())),
        () ->
            ServerInfo.build(
                new CatalogReader(parts.engine(), parts.databases()),
                Version.current(),
                arrowVersion(),
                parts.databases().managed().isPresent()),
        parts.clock(),
        parts.executor(),
        parts.allocator());
    this.databases = parts.databases();
    this.ticketValidity = parts.ticketValidity();
    this.queries = parts.queries();
    this.connectorReads = connectorReads;
    this.connectorWrites = connectorWrites;
    this.ticketReads = ticketReads;
    this.actions = actions;
  }

  @Override
  public FlightInfo getFlightInfo(CallContext call, FlightDescriptor descriptor) {
    try {
      return ReadCommand.matches(descriptor)
          ? connectorReads.plan(queries.newId(), descriptor, this::newestPinned)
          : super.getFlightInfo(call, descriptor);
    } catch (RuntimeException e) {
      throw FlightErrors.toFlight(e);
    }
  }

  /** Kept for as long as the tasks of a job may start. */
  private Snapshot newestPinned() {
    Snapshot snapshot = databases.fresh();
    databases.pin(snapshot, ticketValidity);
    return snapshot;
  }

  @Override
  public SchemaResult getSchema(CallContext call, FlightDescriptor descriptor) {
    try {
      return super.getSchema(call, descriptor);
    } catch (RuntimeException e) {
      throw FlightErrors.toFlight(e);
    }
  }

  @Override
  public void getStream(CallContext call, Ticket ticket, ServerStreamListener listener) {
    try {
      if (TicketCodec.matches(ticket.getBytes())) {
        ticketReads.send(ticket, context(call), listener);
        return;
      }
      Authentication.requireClient(call);
      if (!actions.send(call, ticket, listener)) {
        super.getStream(call, ticket, listener);
      }
    } catch (RuntimeException e) {
      listener.error(FlightErrors.toFlight(e));
    }
  }

  @Override
  public Runnable acceptPut(
      CallContext call, FlightStream stream, StreamListener<PutResult> listener) {
    try {
      Runnable accepted = accept(call, stream, listener);
      return () -> {
        try {
          accepted.run();
        } catch (RuntimeException e) {
          throw FlightErrors.toFlight(e);
        }
      };
    } catch (RuntimeException e) {
      throw FlightErrors.toFlight(e);
    }
  }

  private Runnable accept(
      CallContext call, FlightStream stream, StreamListener<PutResult> listener) {
    if (StageCommand.matches(stream.getDescriptor())) {
      return connectorWrites.accept(stream, listener);
    }
    Authentication.requireClient(call);
    return super.acceptPut(call, stream, listener);
  }

  private byte[] write(CallContext call, Action action) {
    switch (action.getType()) {
      case WriteActions.BEGIN:
        return WriteActions.json(connectorWrites.begin());
      case WriteActions.COMMIT:
        return WriteActions.json(
            commit(WriteActions.read(action.getBody(), CommitRequest.class), context(call)));
      case WriteActions.DROP:
        connectorWrites.drop(action);
        return new byte[0];
      default:
        throw new DuckherderException(
            StandardErrorCode.UNSUPPORTED,
            "The driver knows no action \"%s\"; use connector and cluster of one version"
                .formatted(action.getType()));
    }
  }

  private CommitAnswer commit(CommitRequest request, StatementContext context) {
    List<CommitAnswer> answers = new ArrayList<>();
    counted(
        request.steps().isEmpty() ? "" : request.steps().get(request.steps().size() - 1).sql(),
        context,
        () -> {
          CommitAnswer answer = connectorWrites.commit(request, context);
          answers.add(answer);
          return answer.rows().stream().mapToLong(rows -> rows).sum();
        });
    return answers.get(0);
  }

  @Override
  public void doAction(CallContext call, Action action, StreamListener<Result> listener) {
    try {
      if (ClusterActions.matches(action.getType())) {
        listener.onNext(new Result(actions.run(call, action)));
        listener.onCompleted();
      } else if (WriteActions.matches(action.getType())) {
        listener.onNext(new Result(write(call, action)));
        listener.onCompleted();
      } else {
        super.doAction(call, action, listener);
      }
    } catch (RuntimeException e) {
      listener.onError(FlightErrors.toFlight(e));
    }
  }

  @Override
  public void cancelFlightInfo(
      CancelFlightInfoRequest request, CallContext call, StreamListener<CancelStatus> listener) {
    listener.onNext(QueryTickets.cancel(request.getInfo(), queries));
    listener.onCompleted();
  }

  @Override
  public void cancelQuery(
      FlightInfo info, CallContext call, StreamListener<CancelResult> listener) {
    listener.onNext(
        switch (QueryTickets.cancel(info, queries)) {
          case CANCELLED -> CancelResult.CANCELLED;
          case CANCELLING -> CancelResult.CANCELLING;
          case NOT_CANCELLABLE -> CancelResult.NOT_CANCELLABLE;
          case UNSPECIFIED -> CancelResult.UNSPECIFIED;
        });
    listener.onCompleted();
  }

  @Override
  public void setSessionOptions(
      SetSessionOptionsRequest request,
      CallContext call,
      StreamListener<SetSessionOptionsResult> listener) {
    Map<String, SetSessionOptionsResult.Error> errors = new HashMap<>();
    request
        .getSessionOptions()
        .forEach(
            (name, value) -> {
              try {
                set(name, value, context(call));
              } catch (DuckherderException e) {
                if (e.code() == StandardErrorCode.NO_SESSION) {
                  throw e;
                }
                errors.put(name, new SetSessionOptionsResult.Error(problem(name, e)));
              }
            });
    listener.onNext(new SetSessionOptionsResult(errors));
    listener.onCompleted();
  }

  private static SetSessionOptionsResult.ErrorValue problem(String name, DuckherderException e) {
    return e.code() == StandardErrorCode.INVALID_OPTION && !ExecutionCommands.knows(name)
        ? SetSessionOptionsResult.ErrorValue.INVALID_NAME
        : SetSessionOptionsResult.ErrorValue.INVALID_VALUE;
  }

  /** Flight's own names for the default database and schema, or a setting of DuckDB's. */
  private void set(String name, SessionOptionValue value, StatementContext context) {
    String text = SessionOptions.text(value);
    boolean place = name.equals(CATALOG_OPTION) || name.equals(SCHEMA_OPTION);
    service()
        .sessionCommands()
        .set(place ? "schema" : name, name.equals(CATALOG_OPTION) ? text + ".main" : text, context);
  }

  @Override
  public void getSessionOptions(
      GetSessionOptionsRequest request,
      CallContext call,
      StreamListener<GetSessionOptionsResult> listener) {
    Map<String, SessionOptionValue> options = new HashMap<>();
    StatementContext context = context(call);
    Map<String, String> values = new HashMap<>(context.execution().values());
    values.putAll(context.settings().settings());
    values.forEach(
        (name, value) ->
            options.put(name, SessionOptionValueFactory.makeSessionOptionValue(value)));
    listener.onNext(new GetSessionOptionsResult(options));
    listener.onCompleted();
  }

  @Override
  public void closeSession(
      CloseSessionRequest request, CallContext call, StreamListener<CloseSessionResult> listener) {
    SessionCookie.of(call).close();
    listener.onNext(new CloseSessionResult(CloseSessionResult.Status.CLOSED));
    listener.onCompleted();
  }

  private static String arrowVersion() {
    String version = BufferAllocator.class.getPackage().getImplementationVersion();
    return version == null ? "" : version;
  }
}

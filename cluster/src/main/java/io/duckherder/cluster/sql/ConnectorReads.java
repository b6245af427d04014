package io.duckherder.cluster.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.Worker;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.PushedQuery;
import io.duckherder.plan.ReadPlan;
import io.duckherder.plan.ReadPlanner;
import io.duckherder.plan.ReadRequest;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.ReadCommand;
import io.duckherder.wire.ReadInfo;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Plans reads of connectors. Rows do not pass the driver: each endpoint has a ticket that its
 * reader takes to any of the workers named with it. Only the answer to a query over all rows, of
 * which no worker can give a part, is put together by the driver.
 */
final class ConnectorReads {
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  private final DuckDBEngine engine;
  private final ServedDatabases databases;
  private final ReadPlanner planner;
  private final Membership membership;
  private final TicketCodec tickets;
  private final Duration validity;
  private final StoredUses fileUses;
  private final ReadGroups groups = new ReadGroups();

  ConnectorReads(
      DuckDBEngine engine,
      ServedDatabases databases,
      ReadPlanner planner,
      Membership membership,
      TicketCodec tickets,
      Duration validity,
      StoredUses fileUses) {
    this.engine = engine;
    this.databases = databases;
    this.planner = planner;
    this.membership = membership;
    this.tickets = tickets;
    this.validity = validity;
    this.fileUses = fileUses;
  }

  /**
   * Answers a connector.
   *
   * @param newest gives the snapshot that holds all commits
   */
  FlightInfo plan(String queryId, FlightDescriptor descriptor, Supplier<Snapshot> newest) {
    ReadRequest asked = ReadCommand.decode(descriptor);
    Snapshot current = groups.snapshot(asked.group(), newest);
    TravelledRequest travelled = travelled(checked(asked, current), current);
    Snapshot snapshot = travelled.snapshot();
    ReadRequest request = withSlots(travelled.request());
    List<Worker> workers = membership.live();
    if (workers.isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.NO_WORKERS,
          "No worker is alive to serve the read; start one, or wait for it to register");
    }
    try (EngineConnection connection = engine.connect(snapshot, request.settings())) {
      ReadPlan plan = planner.plan(connection.jdbc(), snapshot, queryId, request);
      Schema schema = schema(connection, plan);
      List<FlightEndpoint> endpoints = new ArrayList<>();
      boolean whole = plan.summary().wholeBecause().isPresent() && isWhole(request);
      for (Fragment fragment : plan.fragments()) {
        endpoints.add(endpoint(fragment, whole, workers));
      }
      return FlightInfo.builder(schema, descriptor, endpoints)
          .setRecords(-1)
          .setBytes(-1)
          .setAppMetadata(metadata(queryId, plan, snapshot))
          .build();
    }
  }

  /**
   * The Arrow schema; without columns if one of them has no Arrow form. {@link ReadInfo} names the
   * columns all the same, and the connector then asks for those that it can read.
   */
  private Schema schema(EngineConnection connection, ReadPlan plan) {
    if (plan.fragments().isEmpty()) {
      return new Schema(List.of());
    }
    try {
      return engine.schema(connection, plan.fragments().get(0).sql());
    } catch (DuckherderException e) {
      if (e.code() != StandardErrorCode.UNSUPPORTED_TYPE) {
        throw e;
      }
      return new Schema(List.of());
    }
  }

  private ReadRequest checked(ReadRequest request, Snapshot snapshot) {
    try (EngineConnection connection = engine.connect(snapshot, SessionSettings.DEFAULT)) {
      return new ReadRequestChecker(connection.jdbc(), fileUses.on(connection)).checked(request);
    }
  }

  /** The request with the tables found that it wants as they were. */
  private TravelledRequest travelled(ReadRequest request, Snapshot newest) {
    if (!TravelledRequest.mayTravel(request)) {
      return new TravelledRequest(request, newest);
    }
    try (EngineConnection connection = engine.connect(newest, request.settings())) {
      TravelledRequest travelled =
          TravelledRequest.of(request, databases.managed(), connection.jdbc(), newest);
      databases.pin(travelled.snapshot(), validity);
      return travelled;
    }
  }

  private ReadRequest withSlots(ReadRequest request) {
    if (request.target().slots() > 1) {
      return request;
    }
    return request.withSlots(Math.max(1, membership.slots()));
  }

  private static boolean isWhole(ReadRequest request) {
    return request.pushed().filter(pushed -> pushed.scope() == PushedQuery.Scope.WHOLE).isPresent();
  }

  /**
   * Fragments begin at different workers; the others follow as alternates.
   *
   * @param atDriver whether it begins at the driver
   */
  private FlightEndpoint endpoint(Fragment fragment, boolean atDriver, List<Worker> workers) {
    List<Location> locations = new ArrayList<>();
    if (atDriver) {
      locations.add(Location.reuseConnection());
    }
    for (int i = 0; i < workers.size(); i++) {
      locations.add(workers.get((fragment.number() + i) % workers.size()).location());
    }
    return new FlightEndpoint(
        new Ticket(tickets.seal(fragment, validity)), locations.toArray(Location[]::new));
  }

  private static byte[] metadata(String queryId, ReadPlan plan, Snapshot snapshot) {
    boolean ordered = plan.fragments().stream().allMatch(Fragment::ordered);
    try {
      return JSON.writeValueAsBytes(
          new ReadInfo(queryId, plan.columns(), snapshot, plan.summary(), ordered));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A plan's description is made of strings and numbers", e);
    }
  }
}

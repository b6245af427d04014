package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.FragmentInput.Source;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.FlightErrors;
import io.duckherder.wire.TicketStream;
import io.duckherder.wire.WorkerHealth;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;

/** The calls that the driver makes to workers for a query. */
final class WorkerCalls {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

  private final ClientPool clients;
  private final TicketCodec tickets;
  private final Duration validity;
  private final CallOption credentials;

  /**
   * @param validity time within which a worker must start a fragment
   * @param clients connections to workers; the caller's to close
   * @param secret what the driver presents where a ticket will not do
   */
  WorkerCalls(ClientPool clients, TicketCodec tickets, Duration validity, String secret) {
    this.clients = clients;
    this.tickets = tickets;
    this.validity = validity;
    this.credentials = new CredentialCallOption(new BearerCredentialWriter(secret));
  }

  /**
   * Runs a fragment; nothing is asked of any worker before the first call for rows.
   *
   * @param others where the stream may go on if the worker is lost; only for fragments that give
   *     their rows in the same order each time
   */
  BatchStream open(Fragment fragment, Worker worker, List<Worker> others) {
    List<Location> locations =
        Stream.concat(Stream.of(worker), others.stream()).map(Worker::location).distinct().toList();
    return new TicketStream(
        clients, tickets.seal(fragment, validity), locations, locations.size() > 1);
  }

  /**
   * Asks a worker whether it still keeps what a fragment reads of it.
   *
   * @throws DuckherderException if it does not, or does not answer in time
   */
  void probe(Worker worker, Fragment fragment) {
    byte[] ticket = tickets.seal(reading(fragment, worker), validity);
    try (FlightStream stream =
        clients.client(worker.location()).getStream(new Ticket(ticket), deadline())) {
      while (stream.next()) {
        // What it says does not matter, only that it can.
      }
    } catch (FlightRuntimeException e) {
      throw FlightErrors.fromFlight(e, "worker " + worker);
    } catch (Exception e) {
      throw new DuckherderException(
          StandardErrorCode.UNREACHABLE,
          "Cannot ask worker %s what it keeps: %s".formatted(worker, e.getMessage()),
          e);
    }
  }

  /** Makes a worker stop what it runs of a query and drop what it keeps of it. */
  void release(Worker worker, String queryId) {
    try {
      clients
          .client(worker.location())
          .doAction(
              new Action(WorkerHealth.RELEASE_ACTION, queryId.getBytes(StandardCharsets.UTF_8)),
              credentials,
              deadline())
          .forEachRemaining(result -> {});
    } catch (FlightRuntimeException e) {
      throw FlightErrors.fromFlight(e, "worker " + worker);
    }
  }

  private static CallOption deadline() {
    return CallOptions.timeout(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A fragment that reads nothing, of those tables of another's that are on one worker. */
  private static Fragment reading(Fragment fragment, Worker worker) {
    String address = FlightClients.SCHEME + "://" + worker.registration().address();
    List<FragmentInput> inputs =
        fragment.inputs().stream()
            .map(
                input ->
                    new FragmentInput(
                        input.name(),
                        input.columns(),
                        input.sources().stream()
                            .filter(source -> source.worker().equals(address))
                            .map(WorkerCalls::local)
                            .toList()))
            .filter(input -> !input.sources().isEmpty())
            .toList();
    return new Fragment(
        fragment.queryId(),
        fragment.number(),
        fragment.snapshot(),
        fragment.settings(),
        "SELECT 1",
        Optional.empty(),
        false,
        fragment.bucket(),
        inputs,
        Optional.empty(),
        false);
  }

  private static Source local(Source source) {
    return new Source(Source.LOCAL, source.table(), source.bucket());
  }
}

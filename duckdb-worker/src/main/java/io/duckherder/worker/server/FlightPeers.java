package io.duckherder.worker.server;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.TicketStream;
import io.duckherder.worker.engine.Peers;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.flight.Location;

/** The other workers, over Flight, by tickets that this worker signs itself. */
final class FlightPeers implements Peers {
  /** A ticket is used at once; clocks of machines differ. */
  private static final Duration VALIDITY = Duration.ofMinutes(5);

  private final ClientPool clients;
  private final TicketCodec tickets;

  FlightPeers(ClientPool clients, TicketCodec tickets) {
    this.clients = clients;
    this.tickets = tickets;
  }

  @Override
  public BatchStream open(String worker, Fragment fragment) {
    return new TicketStream(
        clients, tickets.seal(fragment, VALIDITY), List.of(location(worker)), false);
  }

  private static Location location(String worker) {
    try {
      return FlightClients.location(worker);
    } catch (IllegalArgumentException e) {
      throw new DuckherderException(
          StandardErrorCode.EXCHANGE_LOST, "\"" + worker + "\" is no worker's address", e);
    }
  }
}

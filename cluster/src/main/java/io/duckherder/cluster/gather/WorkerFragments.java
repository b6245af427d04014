package io.duckherder.cluster.gather;

import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.Worker;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.TicketStream;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.flight.Location;

/**
 * Runs fragments on live workers, each on the one with least to do. A stream whose order is certain
 * goes on at another worker by itself; any other fails, its worker is suspected, and the fragment
 * is started again elsewhere.
 */
public final class WorkerFragments implements FragmentOpener {
  private final Membership membership;
  private final TicketCodec tickets;
  private final Duration validity;
  private final ClientPool clients;

  /**
   * @param validity time within which a worker must start a fragment
   * @param clients connections to workers; the caller's to close
   */
  public WorkerFragments(
      Membership membership, TicketCodec tickets, Duration validity, ClientPool clients) {
    this.membership = membership;
    this.tickets = tickets;
    this.validity = validity;
    this.clients = clients;
  }

  @Override
  public BatchStream open(Fragment fragment, int attempt) {
    List<Worker> live = membership.live();
    if (live.isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.NO_WORKERS,
          "Cannot run query %s: no worker is alive; start one and run it again"
              .formatted(fragment.queryId()));
    }
    Worker worker = live.get(0);
    List<Location> locations =
        fragment.ordered()
            ? live.stream().map(Worker::location).toList()
            : List.of(worker.location());
    return new CountedStream(
        new TicketStream(clients, tickets.seal(fragment, validity), locations, fragment.ordered()),
        worker);
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.plan.Fragment;
import io.duckherder.ticket.TicketCodec;
import java.util.concurrent.Executor;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.Ticket;

/**
 * Runs tickets on the driver: queries of connectors over whole tables, which it divides over all
 * workers. A worker would run the same ticket by itself.
 */
final class TicketReads {
  private final TicketCodec tickets;
  private final Reads reads;
  private final RunningQueries queries;
  private final Executor executor;

  TicketReads(TicketCodec tickets, Reads reads, RunningQueries queries, Executor executor) {
    this.tickets = tickets;
    this.reads = reads;
    this.queries = queries;
    this.executor = executor;
  }

  /**
   * Sends the rows of a ticket, if it is signed.
   *
   * @param call the context of the call that brings it
   */
  void send(Ticket ticket, StatementContext call, ServerStreamListener listener) {
    Fragment fragment = tickets.open(ticket.getBytes());
    StatementContext context = call.with(fragment.settings()).detachedOn(fragment.snapshot());
    queries.begin(fragment.sql(), context);
    try {
      queries.promise(context.queryId(), reads.planChecked(fragment.sql(), context));
    } catch (RuntimeException | Error e) {
      queries.fail(context.queryId(), e);
      throw e;
    }
    queries.send(context.queryId(), listener, executor);
  }
}

package io.duckherder.cluster.sql;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;

/** Finds the query that a client means by the answer it was given. */
final class QueryTickets {
  private QueryTickets() {}

  /** Cancels what an answer's tickets name. */
  static CancelStatus cancel(FlightInfo info, RunningQueries queries) {
    CancelStatus status = CancelStatus.NOT_CANCELLABLE;
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      try {
        Any ticket = Any.parseFrom(endpoint.getTicket().getBytes());
        if (ticket.is(TicketStatementQuery.class)) {
          String id = ticket.unpack(TicketStatementQuery.class).getStatementHandle().toStringUtf8();
          status = queries.cancel(id);
        }
      } catch (InvalidProtocolBufferException e) {
        // A ticket for a worker: its reader cancels by closing the stream.
        status = CancelStatus.NOT_CANCELLABLE;
      }
    }
    return status;
  }
}

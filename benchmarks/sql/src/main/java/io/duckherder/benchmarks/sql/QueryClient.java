package io.duckherder.benchmarks.sql;

import io.duckherder.wire.FlightClients;
import java.util.Optional;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;

/** A client with a connection of its own. */
final class QueryClient implements AutoCloseable {
  private final FlightSqlClient client;

  QueryClient(String url, BufferAllocator allocator) {
    client =
        new FlightSqlClient(
            FlightClients.open(allocator, FlightClients.location(url), Optional.empty()));
  }

  /** The rows of a query, not yet read. */
  FlightStream open(String sql) {
    FlightInfo info = client.execute(sql);
    return client.getStream(info.getEndpoints().get(0).getTicket());
  }

  /** Runs a query that gives one row, to its end. */
  void run(String sql) throws Exception {
    try (FlightStream stream = open(sql)) {
      int rows = 0;
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
      }
      if (rows != 1) {
        throw new IllegalStateException("\"%s\" gave %d rows".formatted(sql, rows));
      }
    }
  }

  @Override
  public void close() throws Exception {
    client.close();
  }
}

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

  /** Runs a statement to its end, whatever rows it gives. */
  void drain(String sql) throws Exception {
    try (FlightStream stream = open(sql)) {
      while (stream.next()) {
        // Only the end counts.
      }
    }
  }

  /** The number that is the first value of a statement's first row. */
  long number(String sql) throws Exception {
    try (FlightStream stream = open(sql)) {
      while (stream.next()) {
        if (stream.getRoot().getRowCount() > 0) {
          return ((Number) stream.getRoot().getVector(0).getObject(0)).longValue();
        }
      }
      throw new IllegalStateException("\"%s\" gave no row".formatted(sql));
    }
  }

  @Override
  public void close() throws Exception {
    client.close();
  }
}

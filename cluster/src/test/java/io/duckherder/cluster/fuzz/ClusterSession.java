package io.duckherder.cluster.fuzz;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.error.DuckherderException;
import io.duckherder.plan.ResultColumn;
import io.duckherder.wire.FlightErrors;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A client of the cluster with a session, by Flight SQL as it comes. */
final class ClusterSession implements AutoCloseable {
  private final BufferAllocator allocator = new RootAllocator();
  private final FlightSqlClient client;

  ClusterSession(ClusterRunner cluster, List<String> settings) {
    client =
        new FlightSqlClient(
            FlightClient.builder(allocator, cluster.driver().location())
                .intercept(new ClientCookieMiddleware.Factory())
                .build());
    // The first answer brings the session's cookie.
    answer("SELECT 1");
    for (String setting : settings) {
      Answer answer = answer(setting);
      if (answer.error().isPresent()) {
        throw new AssertionError(setting + ": " + answer.message());
      }
    }
  }

  Answer answer(String sql) {
    try {
      FlightInfo info = client.execute(sql);
      List<ResultColumn> columns = List.of();
      List<List<Object>> rows = new ArrayList<>();
      for (FlightEndpoint endpoint : info.getEndpoints()) {
        try (FlightStream stream = client.getStream(endpoint.getTicket())) {
          columns = Answer.columns(stream.getSchema());
          while (stream.next()) {
            Answer.read(stream.getRoot(), rows);
          }
        }
      }
      return Answer.of(columns, rows);
    } catch (FlightRuntimeException e) {
      return Answer.failed(FlightErrors.fromFlight(e, "driver"));
    } catch (DuckherderException e) {
      return Answer.failed(e);
    } catch (Exception e) {
      throw new AssertionError(sql, e);
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      allocator.close();
    }
  }
}

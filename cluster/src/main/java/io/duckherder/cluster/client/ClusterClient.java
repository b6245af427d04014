package io.duckherder.cluster.client;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.cluster.driver.DriverStatus;
import io.duckherder.cluster.sql.ClusterActions;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.LocationSchemes;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * A connection to a driver, with one session. Calls are made by one thread at a time; interrupting
 * that thread cancels the call that it waits for.
 */
public final class ClusterClient implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);
  private static final int FLIGHT_PORT = 8815;

  private final String url;
  private final BufferAllocator allocator;
  private final FlightClient flight;
  private final FlightSqlClient sql;
  private final CallOption[] options;

  private ClusterClient(
      String url, BufferAllocator allocator, FlightClient flight, Optional<String> token) {
    this.url = url;
    this.allocator = allocator;
    this.flight = flight;
    this.sql = new FlightSqlClient(flight);
    this.options =
        token
            .map(
                value ->
                    new CallOption[] {
                      new CredentialCallOption(
                          headers -> headers.insert("authorization", "Bearer " + value))
                    })
            .orElseGet(() -> new CallOption[0]);
  }

  /** Connects and opens a session. */
  public static ClusterClient connect(String url, Optional<String> token) {
    Location location = location(url);
    BufferAllocator allocator = new RootAllocator();
    FlightClient flight =
        FlightClient.builder(allocator, location)
            .intercept(new ClientCookieMiddleware.Factory())
            .build();
    ClusterClient client = new ClusterClient(url, allocator, flight, token);
    try {
      // The first answer brings the session's cookie.
      client.status();
      return client;
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /** What the driver says of itself, its databases and its workers. */
  public DriverStatus status() {
    byte[] body = action(ClusterActions.STATUS);
    try {
      return JSON.readValue(body, DriverStatus.class);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read the answer of the driver at %s; use a command line of its version"
              .formatted(url),
          e);
    }
  }

  /** Asks the driver to stop. */
  public void stop() {
    action(ClusterActions.STOP);
  }

  /** Runs a statement. */
  public RowSource query(String statement) {
    return new QueryRows(this, translating(() -> sql.execute(statement, options)));
  }

  /** The names of tables and their columns, for completion. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    try (RowSource rows =
        query(
            "SELECT DISTINCT table_name FROM duckdb_tables() UNION SELECT DISTINCT column_name FROM duckdb_columns() WHERE NOT internal")) {
      for (List<?> row = rows.next(); row != null; row = rows.next()) {
        names.add(String.valueOf(row.get(0)));
      }
    }
    return names;
  }

  FlightStream open(FlightEndpoint endpoint) {
    for (Location location : endpoint.getLocations()) {
      if (!location.getUri().getScheme().equals(LocationSchemes.REUSE_CONNECTION)
          && !location.equals(location(url))) {
        throw new DuckherderException(
            StandardErrorCode.UNSUPPORTED,
            "The driver sends this client to %s; use a command line of the cluster's version"
                .formatted(location.getUri()));
      }
    }
    return translating(() -> sql.getStream(endpoint.getTicket(), options));
  }

  <T> T translating(Supplier<T> call) {
    try {
      return call.get();
    } catch (FlightRuntimeException e) {
      throw translate(e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw cancelled(e);
      }
      throw e;
    }
  }

  DuckherderException translate(FlightRuntimeException e) {
    // A call that was interrupted ends as cancelled, with the thread's flag set again.
    return Thread.interrupted() ? cancelled(e) : FlightErrors.fromFlight(e, "driver " + url);
  }

  private static DuckherderException cancelled(RuntimeException cause) {
    return new DuckherderException(
        StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", cause);
  }

  private byte[] action(String type) {
    CallOption[] timed = Arrays.copyOf(options, options.length + 1);
    timed[options.length] = CallOptions.timeout(CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    return translating(
        () -> {
          Iterator<Result> results = flight.doAction(new Action(type), timed);
          byte[] last = new byte[0];
          while (results.hasNext()) {
            last = results.next().getBody();
          }
          return last;
        });
  }

  private static Location location(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw invalid(url);
    }
    if (!"grpc".equals(uri.getScheme()) || uri.getHost() == null) {
      throw invalid(url);
    }
    return Location.forGrpcInsecure(uri.getHost(), uri.getPort() < 0 ? FLIGHT_PORT : uri.getPort());
  }

  private static DuckherderException invalid(String url) {
    return new DuckherderException(
        StandardErrorCode.INVALID_OPTION,
        "Cannot use \"%s\" as the address of a driver (expected grpc://host:8815)".formatted(url));
  }

  @Override
  public void close() {
    try {
      sql.close();
    } catch (Exception e) {
      throw new IllegalStateException("Cannot close the connection to " + url, e);
    } finally {
      allocator.close();
    }
  }
}

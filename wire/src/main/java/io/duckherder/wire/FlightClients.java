package io.duckherder.wire;

import java.net.URI;
import java.util.Optional;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClientMiddleware;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;

/** Flight clients as Duckherder opens them: plaintext, with a bearer token on each call. */
public final class FlightClients {
  /** The scheme of Duckherder's URLs; Flight's own is {@code grpc+tcp}. */
  public static final String SCHEME = "grpc";

  private static final String AUTHORIZATION = "authorization";

  private FlightClients() {}

  /** A client that connects at its first call; the caller closes it. */
  public static FlightClient open(
      BufferAllocator allocator, Location location, Optional<String> token) {
    FlightClient.Builder builder = FlightClient.builder(allocator, location);
    token.ifPresent(secret -> builder.intercept(info -> new Bearer(secret)));
    return builder.build();
  }

  /** The Flight location of {@code grpc://host:port}. */
  public static Location location(String url) {
    URI uri = URI.create(url);
    if (uri.getHost() == null || uri.getPort() < 0 || !SCHEME.equals(uri.getScheme())) {
      throw new IllegalArgumentException(
          "Invalid url \"%s\" (expected grpc://host:port)".formatted(url));
    }
    return Location.forGrpcInsecure(uri.getHost(), uri.getPort());
  }

  /** How messages name a location: {@code host:port}. */
  public static String address(Location location) {
    return location.getUri().getHost() + ":" + location.getUri().getPort();
  }

  private static final class Bearer implements FlightClientMiddleware {
    private final String token;

    Bearer(String token) {
      this.token = token;
    }

    @Override
    public void onBeforeSendingHeaders(CallHeaders headers) {
      headers.insert(AUTHORIZATION, "Bearer " + token);
    }

    @Override
    public void onHeadersReceived(CallHeaders headers) {
      // nothing to keep
    }

    @Override
    public void onCallCompleted(CallStatus status) {
      // nothing to free
    }
  }
}

package io.duckherder.wire;

import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;

/** Flight clients as Duckherder opens them: plaintext, with a bearer token on each call. */
public final class FlightClients {
  /** The scheme of Duckherder's URLs; Flight's own is {@code grpc+tcp}. */
  public static final String SCHEME = "grpc";

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern URL =
      Pattern.compile("grpc://([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+]):(\\d{1,5})/?");
  private static final int MAXIMUM_PORT = 65_535;
  private static final long KEEP_ALIVE_SECONDS = 20;

  private FlightClients() {}

  /** A client that connects at its first call; the caller closes it. */
  public static FlightClient open(
      BufferAllocator allocator, Location location, Optional<String> token) {
    NettyChannelBuilder channel =
        NettyChannelBuilder.forAddress(location.getUri().getHost(), location.getUri().getPort())
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .maxTraceEvents(0)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .intercept(new ReadAhead());
    token.ifPresent(secret -> channel.intercept(bearer(secret)));
    return FlightGrpcUtils.createFlightClient(allocator, channel.build());
  }

  /**
   * A server's builder that lets these clients ask whether it is alive as often as they do: the
   * reader of a frozen server would wait for ever otherwise.
   */
  public static FlightServer.Builder permitKeepAlive(FlightServer.Builder server) {
    Consumer<NettyServerBuilder> permit =
        builder ->
            builder
                .permitKeepAliveTime(KEEP_ALIVE_SECONDS / 2, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    return server.transportHint("grpc.builderConsumer", permit);
  }

  /** The Flight location of {@code grpc://host:port}; anything more is refused. */
  public static Location location(String url) {
    Matcher parts = URL.matcher(url);
    int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
    if (port < 1 || port > MAXIMUM_PORT) {
      // The value may hold a password, and is not shown.
      throw new IllegalArgumentException("expected grpc://host:port");
    }
    return Location.forGrpcInsecure(parts.group(1), port);
  }

  /** How messages name a location: {@code host:port}. */
  public static String address(Location location) {
    return location.getUri().getHost() + ":" + location.getUri().getPort();
  }

  private static ClientInterceptor bearer(String token) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }
}

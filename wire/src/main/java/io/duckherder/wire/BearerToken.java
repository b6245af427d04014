package io.duckherder.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.ServerHeaderMiddleware;
import org.jspecify.annotations.Nullable;

/** The bearer token of a call, as a server checks it. */
public final class BearerToken {
  private static final String PREFIX = "Bearer ";

  private BearerToken() {}

  /**
   * Whether a call presents a secret; every Flight server keeps the headers of a call under {@link
   * FlightConstants#HEADER_KEY}.
   */
  public static boolean presents(CallContext context, String secret) {
    ServerHeaderMiddleware headers = context.getMiddleware(FlightConstants.HEADER_KEY);
    return headers != null && presents(headers.headers(), secret);
  }

  /** Whether headers present a secret; takes as long for a wrong one as for the right one. */
  public static boolean presents(CallHeaders headers, String secret) {
    @Nullable String value = headers.get("authorization");
    return value != null
        && value.startsWith(PREFIX)
        && MessageDigest.isEqual(
            value.substring(PREFIX.length()).getBytes(StandardCharsets.UTF_8),
            secret.getBytes(StandardCharsets.UTF_8));
  }
}

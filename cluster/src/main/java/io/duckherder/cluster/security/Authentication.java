package io.duckherder.cluster.security;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightMethod;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.RequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Checks the credentials of each call: {@code authorization: Bearer <token>}, or Basic with any
 * user and the token as the password. Basic is answered with the bearer header that the client
 * sends from then on, as Flight's handshake wants it.
 */
public final class Authentication implements FlightServerMiddleware {
  /** Under which Flight keeps it for a call. */
  public static final Key<Authentication> KEY = Key.of("duckherder-authentication");

  private static final String HEADER = "authorization";

  /** Calls that may carry another credential: a ticket, or the key of a write. */
  private static final Set<FlightMethod> OWN_CREDENTIALS =
      Set.of(FlightMethod.DO_GET, FlightMethod.DO_PUT);

  private final Caller caller;
  private final Optional<String> user;
  private final Optional<String> answer;

  private Authentication(Caller caller, Optional<String> user, Optional<String> answer) {
    this.caller = caller;
    this.user = user;
    this.answer = answer;
  }

  /** Who makes a call. */
  public static Caller caller(CallContext context) {
    return context.getMiddleware(KEY).caller;
  }

  /** The name that a client gave, which nothing proves: all have one token. */
  public static Optional<String> user(CallContext context) {
    return context.getMiddleware(KEY).user;
  }

  /** Fails unless the call may be made without a ticket. */
  public static void requireClient(CallContext context) {
    if (caller(context) == Caller.STRANGER) {
      throw noToken();
    }
  }

  /** Fails unless a worker makes the call. */
  public static void requireWorker(CallContext context) {
    if (caller(context) != Caller.WORKER) {
      throw new DuckherderException(
          StandardErrorCode.AUTHENTICATION_FAILED,
          "Only workers of this cluster may do that; start the worker with the driver's token file");
    }
  }

  private static DuckherderException noToken() {
    return new DuckherderException(
        StandardErrorCode.AUTHENTICATION_FAILED,
        "This cluster asks for a token; present it as a bearer token, or as the password");
  }

  private static DuckherderException wrongToken() {
    return new DuckherderException(
        StandardErrorCode.AUTHENTICATION_FAILED, "The token is not the one of this cluster");
  }

  @Override
  public void onBeforeSendingHeaders(CallHeaders headers) {
    answer.ifPresent(value -> headers.insert(HEADER, value));
  }

  @Override
  public void onCallCompleted(CallStatus status) {}

  @Override
  public void onCallErrored(Throwable error) {}

  /** Checks calls against the tokens of a driver. */
  public static final class Factory implements FlightServerMiddleware.Factory<Authentication> {
    private final Optional<String> token;
    private final String secret;

    /**
     * @param token what clients must present, absent for none
     * @param secret what workers present
     */
    public Factory(Optional<String> token, String secret) {
      this.token = token;
      this.secret = secret;
    }

    @Override
    public Authentication onCallStarted(
        CallInfo info, CallHeaders headers, RequestContext context) {
      Credential credential = Credential.of(headers.get(HEADER));
      @Nullable String presented = credential.token();
      if (presented != null && same(presented, secret)) {
        return new Authentication(Caller.WORKER, credential.user(), credential.answer());
      }
      if (token.isEmpty() || (presented != null && same(presented, token.get()))) {
        return new Authentication(Caller.CLIENT, credential.user(), credential.answer());
      }
      if (presented == null && OWN_CREDENTIALS.contains(info.method())) {
        return new Authentication(Caller.STRANGER, Optional.empty(), Optional.empty());
      }
      throw FlightErrors.toFlight(presented == null ? noToken() : wrongToken());
    }

    /** Takes the same time wherever the first difference is. */
    private static boolean same(String presented, String expected) {
      return MessageDigest.isEqual(
          presented.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }
  }
}

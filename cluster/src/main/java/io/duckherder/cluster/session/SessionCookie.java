package io.duckherder.cluster.session;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.ExecutionSettings;
import java.util.Optional;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.RequestContext;

/**
 * Finds the session of a call by its cookie. A call without one is offered one with the answer; a
 * client that keeps it has a session from its next call on.
 */
public final class SessionCookie implements FlightServerMiddleware {
  /** Under which Flight keeps it for a call. */
  public static final Key<SessionCookie> KEY = Key.of("duckherder-session");

  /** The name that Arrow's own servers use. */
  static final String NAME = "arrow_flight_session_id";

  private final Sessions sessions;
  private final Optional<String> brought;
  private boolean offer;

  private SessionCookie(Sessions sessions, Optional<String> brought) {
    this.sessions = sessions;
    this.brought = brought;
    this.offer = brought.filter(sessions::isUsable).isEmpty();
  }

  /** The session cookie of a call. */
  public static SessionCookie of(CallContext context) {
    return context.getMiddleware(KEY);
  }

  /**
   * The session, if the client keeps one.
   *
   * @throws DuckherderException NO_SESSION if the session has ended and took state with it
   */
  public Optional<Session> find() {
    return brought.map(
        id ->
            sessions
                .find(id)
                .orElseThrow(
                    () ->
                        new DuckherderException(
                            StandardErrorCode.NO_SESSION,
                            "The session has ended, with its settings, transaction and temporary"
                                + " objects: it was idle for too long, closed, or the driver was"
                                + " started again; set them again in a new session")));
  }

  /** How queries run that belong to no session. */
  public ExecutionSettings defaults() {
    return sessions.defaults();
  }

  /** The session, for a statement that would be lost without one. */
  public Session require(String statement) {
    return find()
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.NO_SESSION,
                    ("%s needs a session, and this client keeps none; let it keep cookies"
                            + " (JDBC: retainCookies=true; ADBC:"
                            + " adbc.flight.sql.rpc.with_cookie_middleware=true)")
                        .formatted(statement)));
  }

  /** Ends the session and takes the cookie back. */
  public void close() {
    brought.ifPresent(sessions::end);
    offer = true;
  }

  @Override
  public void onBeforeSendingHeaders(CallHeaders headers) {
    if (offer) {
      headers.insert("set-cookie", NAME + "=" + sessions.offer());
    }
  }

  @Override
  public void onCallCompleted(CallStatus status) {}

  @Override
  public void onCallErrored(Throwable error) {}

  /** Reads cookies for a driver's sessions. */
  public static final class Factory implements FlightServerMiddleware.Factory<SessionCookie> {
    private final Sessions sessions;

    public Factory(Sessions sessions) {
      this.sessions = sessions;
    }

    @Override
    public SessionCookie onCallStarted(CallInfo info, CallHeaders headers, RequestContext context) {
      return new SessionCookie(sessions, cookie(headers));
    }

    private static Optional<String> cookie(CallHeaders headers) {
      if (!headers.containsKey("cookie")) {
        return Optional.empty();
      }
      for (String header : headers.getAll("cookie")) {
        for (String pair : header.split(";", -1)) {
          int equals = pair.indexOf('=');
          if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase(NAME)) {
            return Optional.of(pair.substring(equals + 1).strip().replace("\"", ""));
          }
        }
      }
      return Optional.empty();
    }
  }
}

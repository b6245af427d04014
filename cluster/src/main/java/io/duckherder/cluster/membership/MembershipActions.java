package io.duckherder.cluster.membership;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import org.apache.arrow.flight.Action;

/**
 * The Flight actions by which a worker keeps in touch with its driver. All three carry the worker's
 * registration as JSON; a heartbeat is answered by {@link Known}.
 */
public final class MembershipActions {
  public static final String REGISTER = "duckherder.register";
  public static final String HEARTBEAT = "duckherder.heartbeat";
  public static final String LEAVE = "duckherder.leave";

  private static final ObjectMapper JSON = new ObjectMapper();

  private MembershipActions() {}

  /**
   * The answer to a heartbeat.
   *
   * @param known false if the worker has to register
   */
  public record Known(@JsonProperty("known") boolean known) {}

  /** Whether an action is one of these. */
  public static boolean matches(String type) {
    return type.equals(REGISTER) || type.equals(HEARTBEAT) || type.equals(LEAVE);
  }

  /** The action of a worker. */
  public static Action action(String type, WorkerRegistration registration) {
    return new Action(type, write(registration));
  }

  /** Does what a worker asks for and gives the body of the answer. */
  public static byte[] handle(Membership membership, Action action) {
    WorkerRegistration registration = read(action.getBody(), WorkerRegistration.class);
    boolean known = true;
    switch (action.getType()) {
      case REGISTER -> membership.register(registration);
      case LEAVE -> membership.leave(registration.id(), registration.incarnation());
      default -> known = membership.heartbeat(registration.id(), registration.incarnation());
    }
    return write(new Known(known));
  }

  /** Reads the answer to a heartbeat. */
  public static Known known(byte[] body) {
    return read(body, Known.class);
  }

  private static byte[] write(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new IllegalStateException("A registration is made of strings and numbers", e);
    }
  }

  private static <T> T read(byte[] body, Class<T> type) {
    try {
      return JSON.readValue(body, type);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read a message between worker and driver; use one version of both",
          e);
    }
  }
}

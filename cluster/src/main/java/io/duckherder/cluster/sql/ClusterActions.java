package io.duckherder.cluster.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.MembershipActions;
import io.duckherder.cluster.security.Authentication;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightProducer.CallContext;

/** The actions of the cluster's own: membership for workers, status and stop for operators. */
public final class ClusterActions {
  public static final String STATUS = "duckherder.status";
  public static final String STOP = "duckherder.stop";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Membership membership;
  private final Supplier<?> status;
  private final Runnable stop;

  /**
   * @param status gives a record to be sent as JSON
   * @param stop begins to stop the driver and returns
   */
  public ClusterActions(Membership membership, Supplier<?> status, Runnable stop) {
    this.membership = membership;
    this.status = status;
    this.stop = stop;
  }

  static boolean matches(String type) {
    return MembershipActions.matches(type) || type.equals(STATUS) || type.equals(STOP);
  }

  /** Does an action and gives the body of its answer. */
  byte[] run(CallContext call, Action action) {
    if (MembershipActions.matches(action.getType())) {
      Authentication.requireWorker(call);
      return MembershipActions.handle(membership, action);
    }
    if (action.getType().equals(STOP)) {
      stop.run();
      return new byte[0];
    }
    try {
      return JSON.writeValueAsBytes(status.get());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A status is made of strings and numbers", e);
    }
  }
}

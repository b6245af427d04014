package io.duckherder.cluster.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.MembershipActions;
import io.duckherder.cluster.replication.ReplicationService;
import io.duckherder.cluster.security.Authentication;
import io.duckherder.wire.replication.ObjectRange;
import io.duckherder.wire.replication.ReplicationActions;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.Ticket;

/**
 * The actions of the cluster's own: membership and replication for workers, status and stop for
 * operators.
 */
public final class ClusterActions {
  public static final String STATUS = "duckherder.status";
  public static final String STOP = "duckherder.stop";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Membership membership;
  private final Supplier<?> status;
  private final Runnable stop;
  private final ReplicationService replication;

  /**
   * @param status gives a record to be sent as JSON
   * @param stop begins to stop the driver and returns
   * @param replication what workers make replicas of; the caller's to close
   */
  public ClusterActions(
      Membership membership, Supplier<?> status, Runnable stop, ReplicationService replication) {
    this.membership = membership;
    this.status = status;
    this.stop = stop;
    this.replication = replication;
  }

  static boolean matches(String type) {
    return MembershipActions.matches(type)
        || ReplicationActions.isForDriver(type)
        || type.equals(STATUS)
        || type.equals(STOP);
  }

  /** Sends what a ticket of a worker's is for, if it is one. */
  boolean send(CallContext call, Ticket ticket, ServerStreamListener listener) {
    if (!ObjectRange.matches(ticket.getBytes())) {
      return false;
    }
    replication.send(call, ticket, listener);
    return true;
  }

  /** Does an action and gives the body of its answer. */
  byte[] run(CallContext call, Action action) {
    if (MembershipActions.matches(action.getType())) {
      Authentication.requireWorker(call);
      return MembershipActions.handle(membership, action);
    }
    if (ReplicationActions.isForDriver(action.getType())) {
      return replication.run(call, action);
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

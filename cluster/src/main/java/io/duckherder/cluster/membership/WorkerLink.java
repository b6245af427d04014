package io.duckherder.cluster.membership;

import io.duckherder.error.DuckherderException;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.FlightErrors;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's side of membership: registers with the driver, sends heartbeats, and registers again
 * whenever the driver does not know it, as after a restart of the driver. Belongs to the worker
 * process, which closes it first when it stops.
 */
public final class WorkerLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerLink.class);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  private final Supplier<FlightClient> connector;
  private final Location driver;
  private final WorkerRegistration registration;
  private final ScheduledExecutorService timer;

  /** Used by the thread that starts and closes the link, and between by the timer's only. */
  private FlightClient client;

  private boolean reachable = true;

  private WorkerLink(
      Supplier<FlightClient> connector, Location driver, WorkerRegistration registration) {
    this.connector = connector;
    this.client = connector.get();
    this.driver = driver;
    this.registration = registration;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "duckherder-heartbeat");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Registers a worker and keeps it registered until this is closed.
   *
   * @param secret the cluster's secret
   * @param interval time between heartbeats
   * @throws DuckherderException if the driver cannot be reached or refuses the worker
   */
  public static WorkerLink start(
      BufferAllocator allocator,
      Location driver,
      String secret,
      WorkerRegistration registration,
      Duration interval) {
    WorkerLink link =
        new WorkerLink(
            () -> FlightClients.open(allocator, driver, Optional.of(secret)), driver, registration);
    try {
      link.call(MembershipActions.REGISTER);
    } catch (RuntimeException e) {
      link.stop();
      throw e;
    }
    link.timer.scheduleWithFixedDelay(
        link::beat, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return link;
  }

  private void beat() {
    try {
      if (!MembershipActions.known(call(MembershipActions.HEARTBEAT)).known()) {
        call(MembershipActions.REGISTER);
        log.info("Worker {} registered with the driver again", registration.id());
      }
      reachable = true;
    } catch (RuntimeException | Error e) {
      // Whatever it was, the next beat has to come.
      if (reachable) {
        log.warn(
            "Worker {} lost its driver, and keeps trying: {}", registration.id(), e.getMessage());
      }
      reachable = false;
      reconnect();
    }
  }

  /** A connection that failed a few times would wait for up to two minutes before the next try. */
  private void reconnect() {
    FlightClient broken = client;
    client = connector.get();
    close(broken);
  }

  /** Frees all of a connection, also in a thread that is told to stop meanwhile. */
  private static void close(FlightClient connection) {
    boolean interrupted = Thread.interrupted();
    while (true) {
      try {
        connection.close();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] call(String type) {
    try {
      Iterator<Result> results =
          client.doAction(
              MembershipActions.action(type, registration),
              CallOptions.timeout(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
      byte[] body = new byte[0];
      while (results.hasNext()) {
        body = results.next().getBody();
      }
      return body;
    } catch (FlightRuntimeException e) {
      throw FlightErrors.fromFlight(e, "driver " + driver.getUri());
    }
  }

  /** Tells the driver that the worker ends, if the driver can be reached. */
  @Override
  public void close() {
    timer.shutdownNow();
    awaitTimer();
    try {
      call(MembershipActions.LEAVE);
    } catch (RuntimeException e) {
      log.debug("Could not tell the driver that worker {} ends", registration.id(), e);
    }
    stop();
  }

  private void awaitTimer() {
    try {
      if (!timer.awaitTermination(CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        log.warn("Worker {} ends while a heartbeat is under way", registration.id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    timer.shutdownNow();
    close(client);
  }
}

package io.duckherder.cluster.membership;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightClients;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.memory.BufferAllocator;

/** Asks a worker by Flight. */
public final class FlightWorkerProbe implements WorkerProbe {
  static final String HEALTH = "duckherder.health";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final BufferAllocator allocator;
  private final String secret;

  /**
   * @param secret the cluster's secret, which workers share
   */
  public FlightWorkerProbe(BufferAllocator allocator, String secret) {
    this.allocator = allocator;
    this.secret = secret;
  }

  @Override
  public void requireHealthy(Location location) {
    try (FlightClient client = FlightClients.open(allocator, location, Optional.of(secret))) {
      Iterator<Result> results =
          client.doAction(
              new Action(HEALTH), CallOptions.timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
      while (results.hasNext()) {
        results.next();
      }
    } catch (FlightRuntimeException e) {
      throw new DuckherderException(
          StandardErrorCode.UNREACHABLE,
          "The driver cannot reach the worker at %s (%s); check --advertise, the network and the token file"
              .formatted(location.getUri(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

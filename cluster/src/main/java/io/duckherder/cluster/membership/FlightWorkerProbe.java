package io.duckherder.cluster.membership;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.WorkerHealth;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.memory.BufferAllocator;

/** Asks a worker by Flight, without a token: the address is only what the worker says. */
public final class FlightWorkerProbe implements WorkerProbe {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final BufferAllocator allocator;

  public FlightWorkerProbe(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  @Override
  public WorkerHealth health(Location location) {
    try (FlightClient client = FlightClients.open(allocator, location, Optional.empty())) {
      Iterator<Result> results =
          client.doAction(
              new Action(WorkerHealth.ACTION),
              CallOptions.timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
      WorkerHealth health = JSON.readValue(results.next().getBody(), WorkerHealth.class);
      while (results.hasNext()) {
        results.next();
      }
      return health;
    } catch (FlightRuntimeException | IOException | NoSuchElementException e) {
      throw new DuckherderException(
          StandardErrorCode.UNREACHABLE,
          "The driver cannot reach a worker at %s (%s); check --advertise, the network and the port"
              .formatted(FlightClients.address(location), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DuckherderException(
          StandardErrorCode.UNREACHABLE,
          "Interrupted while asking the worker at " + FlightClients.address(location),
          e);
    }
  }
}

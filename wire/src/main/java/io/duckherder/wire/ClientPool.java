package io.duckherder.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Flight client per location, shared by all streams from there: a connection costs more than a
 * small fragment. Safe for use by many threads. The streams are closed before the pool.
 */
public final class ClientPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClientPool.class);

  private final BufferAllocator allocator;
  private final Optional<String> token;

  /** Guarded by this. */
  private final Map<Location, FlightClient> clients = new HashMap<>();

  /**
   * An empty pool.
   *
   * @param allocator what the clients allocate from; the caller's to close, after the pool
   * @param token what the clients present, if anything
   */
  public ClientPool(BufferAllocator allocator, Optional<String> token) {
    this.allocator = allocator;
    this.token = token;
  }

  /** The client for a location; the pool closes it. */
  public synchronized FlightClient client(Location location) {
    return clients.computeIfAbsent(location, key -> FlightClients.open(allocator, key, token));
  }

  BufferAllocator allocator() {
    return allocator;
  }

  @Override
  public synchronized void close() {
    for (FlightClient client : clients.values()) {
      try {
        client.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        log.debug("Interrupted while closing a connection");
      }
    }
    clients.clear();
  }
}

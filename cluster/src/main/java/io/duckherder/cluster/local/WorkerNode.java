package io.duckherder.cluster.local;

import io.duckherder.cluster.membership.WorkerLink;
import io.duckherder.cluster.membership.WorkerRegistration;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.Version;
import io.duckherder.worker.engine.EngineConfig;
import io.duckherder.worker.replica.ReplicaConfig;
import io.duckherder.worker.server.WorkerServer;
import io.duckherder.worker.server.WorkerServerConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker as a process: its server, and its link to the driver. Owns both. */
public final class WorkerNode implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerNode.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);
  private static final int PORTS_TRIED = 100;

  private final WorkerServer server;
  private final WorkerLink link;
  private final BufferAllocator allocator;
  private final String address;
  private final CountDownLatch stop = new CountDownLatch(1);
  private boolean closed;

  private WorkerNode(
      WorkerServer server, WorkerLink link, BufferAllocator allocator, String address) {
    this.server = server;
    this.link = link;
    this.allocator = allocator;
    this.address = address;
  }

  /** Starts a worker; it is registered with its driver when this returns. */
  public static WorkerNode start(WorkerNodeConfig config) {
    BindAddress.requireTokenUnlessLoopback(config.host(), config.hasToken());
    WorkerServer server = listen(config);
    BufferAllocator allocator = new RootAllocator();
    try {
      String address = address(config, server.port());
      WorkerRegistration registration =
          new WorkerRegistration(
              config.id(),
              UUID.randomUUID().toString(),
              address,
              config.resources().threads(),
              Version.current());
      WorkerLink link =
          WorkerLink.start(
              allocator,
              FlightClients.location(config.driver()),
              config.secret(),
              registration,
              HEARTBEAT);
      return new WorkerNode(server, link, allocator, address);
    } catch (RuntimeException e) {
      server.close();
      allocator.close();
      throw e;
    }
  }

  private static WorkerServer listen(WorkerNodeConfig config) {
    int last = config.port() + (config.nextFreePort() ? PORTS_TRIED : 0);
    for (int port = config.port(); ; port++) {
      try {
        return WorkerServer.start(
            new WorkerServerConfig(
                config.id(),
                config.host(),
                port,
                config.secret(),
                engine(config),
                Optional.of(
                    new ReplicaConfig(
                        FlightClients.location(config.driver()),
                        config.replicas().directory(),
                        config.replicas().space(),
                        config.replicas().sharing()))));
      } catch (DuckherderException e) {
        if (e.code() != StandardErrorCode.PORT_IN_USE || port >= last) {
          throw e;
        }
      }
    }
  }

  private static EngineConfig engine(WorkerNodeConfig config) {
    return new EngineConfig(
        config.resources().memoryLimit(),
        config.resources().threads(),
        config.spill(),
        "",
        config.allowedPaths(),
        IDLE_TIMEOUT,
        OptionalInt.empty());
  }

  private static String address(WorkerNodeConfig config, int port) {
    String host = config.advertise().orElseGet(() -> BindAddress.reachable(config.host()));
    return host.contains(":") ? host : host + ":" + port;
  }

  /** host:port at which driver and clients reach it. */
  public String address() {
    return address;
  }

  /** Waits until the driver drains it or {@link #stopSoon} is called. */
  public void awaitStop() throws InterruptedException {
    Thread drained =
        new Thread(
            () -> {
              try {
                server.awaitDrained();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              stop.countDown();
            },
            "duckherder-drained");
    drained.setDaemon(true);
    drained.start();
    stop.await();
  }

  /** Asks it to stop, and ends the process if it does not in time. */
  public void stopSoon() {
    stop.countDown();
    Thread deadline =
        new Thread(
            () -> {
              try {
                Thread.sleep(LAST_WORDS.toMillis());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(1);
            },
            "duckherder-deadline");
    deadline.setDaemon(true);
    deadline.start();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    log.info("The worker stops");
    link.close();
    server.close();
    allocator.close();
  }
}

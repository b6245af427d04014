package io.duckherder.worker.server;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.ticket.ClusterKey;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.SealedFiles;
import io.duckherder.worker.replica.DriverReplicas;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running worker: its Flight server and its DuckDB. Owns both, and their memory. */
public final class WorkerServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerServer.class);
  private static final long STOP_SECONDS = 5;

  private final FlightServer server;
  private final WorkerProducer producer;
  private final DuckDBEngine engine;
  private final Optional<DriverReplicas> replicas;
  private final List<ClientPool> clients;
  private final ExecutorService executor;
  private final BufferAllocator allocator;
  private final CountDownLatch stopped;

  private WorkerServer(
      FlightServer server,
      WorkerProducer producer,
      DuckDBEngine engine,
      Optional<DriverReplicas> replicas,
      List<ClientPool> clients,
      ExecutorService executor,
      BufferAllocator allocator,
      CountDownLatch stopped) {
    this.server = server;
    this.producer = producer;
    this.engine = engine;
    this.replicas = replicas;
    this.clients = clients;
    this.executor = executor;
    this.allocator = allocator;
    this.stopped = stopped;
  }

  /** Starts a worker; it serves tickets when this returns. */
  public static WorkerServer start(WorkerServerConfig config) {
    BufferAllocator allocator = new RootAllocator();
    ClientPool clients = new ClientPool(allocator, Optional.empty());
    TicketCodec tickets =
        new TicketCodec(ClusterKey.derive(config.clusterSecret()), Clock.systemUTC());
    ClientPool driverClients = new ClientPool(allocator, Optional.of(config.clusterSecret()));
    Optional<DriverReplicas> replicas =
        config.replicas().map(wanted -> new DriverReplicas(wanted, driverClients));
    DuckDBEngine engine =
        new DuckDBEngine(
            config.engine(),
            allocator,
            new FlightPeers(clients, tickets),
            replicas.<SealedFiles>map(files -> files).orElse(SealedFiles.NONE));
    ExecutorService executor = Executors.newCachedThreadPool(threads(config.id()));
    CountDownLatch stopped = new CountDownLatch(1);
    WorkerProducer producer =
        new WorkerProducer(config, engine, replicas, tickets, executor, stopped::countDown);
    FlightServer server =
        FlightClients.permitKeepAlive(
                FlightServer.builder(
                    allocator, Location.forGrpcInsecure(config.host(), config.port()), producer))
            .build();
    try {
      server.start();
    } catch (IOException e) {
      executor.shutdownNow();
      engine.close();
      clients.close();
      driverClients.close();
      allocator.close();
      throw new DuckherderException(
          StandardErrorCode.PORT_IN_USE,
          "Cannot listen on %s:%d: %s; choose another port with --port"
              .formatted(config.host(), config.port(), rootMessage(e)),
          e);
    }
    log.info("Worker {} listens on {}:{}", config.id(), config.host(), server.getPort());
    return new WorkerServer(
        server,
        producer,
        engine,
        replicas,
        List.of(clients, driverClients),
        executor,
        allocator,
        stopped);
  }

  public int port() {
    return server.getPort();
  }

  /** Fragments that run now. */
  public int runningFragments() {
    return producer.runningFragments();
  }

  /** Queries that run here or keep rows here between their stages. */
  public int queries() {
    return engine.exchange().queries();
  }

  /** Refuses new fragments; {@link #awaitDrained} returns when the last one ended. */
  public void drain() {
    producer.drain();
  }

  /** Waits until a drain, asked for here or by the driver, is through. */
  public void awaitDrained() throws InterruptedException {
    stopped.await();
  }

  /** Stops the fragments that run, and serves no more. */
  @Override
  public void close() {
    producer.stop();
    replicas.ifPresent(DriverReplicas::close);
    try {
      executor.shutdown();
      server.close();
      executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted while stopping; fragments may still run");
    }
    stopped.countDown();
    closeMemory();
  }

  /** Batches that were on their way when the connections were cut may never be given back. */
  private void closeMemory() {
    try {
      engine.close();
      clients.forEach(ClientPool::close);
      allocator.close();
    } catch (IllegalStateException e) {
      log.warn("Worker stopped with batches unsent: {}", allocator.getAllocatedMemory());
    }
  }

  private static java.util.concurrent.ThreadFactory threads(String id) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "fragment-" + id + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}

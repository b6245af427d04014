package io.duckherder.worker.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.BatchSender;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.BearerToken;
import io.duckherder.wire.FlightErrors;
import io.duckherder.wire.Version;
import io.duckherder.wire.WorkerHealth;
import io.duckherder.wire.replication.ReplicationActions;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.SealedFiles;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls that a worker answers. */
final class WorkerProducer extends NoOpFlightProducer {
  private static final Logger log = LoggerFactory.getLogger(WorkerProducer.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WorkerServerConfig config;
  private final DuckDBEngine engine;
  private final Optional<Prefetches> prefetches;
  private final TicketCodec tickets;
  private final Executor executor;
  private final Runnable onDrained;
  private final Set<BatchSender> running = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  WorkerProducer(
      WorkerServerConfig config,
      DuckDBEngine engine,
      Optional<? extends SealedFiles> replicas,
      TicketCodec tickets,
      Executor executor,
      Runnable onDrained) {
    this.config = config;
    this.engine = engine;
    this.prefetches = replicas.map(files -> new Prefetches(files, executor));
    this.tickets = tickets;
    this.executor = executor;
    this.onDrained = onDrained;
  }

  int runningFragments() {
    return running.size();
  }

  void drain() {
    draining = true;
    log.info("Worker {} drains: {} fragments still run", config.id(), running.size());
    signalIfDrained();
  }

  void stop() {
    draining = true;
    running.forEach(BatchSender::stop);
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    try {
      Fragment fragment = tickets.open(ticket.getBytes());
      BatchSender sender = new BatchSender(open(fragment), listener, this::ended).tellingWork();
      running.add(sender);
      sender.start(executor);
    } catch (RuntimeException e) {
      listener.error(FlightErrors.toFlight(e));
    }
  }

  @Override
  public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
    try {
      listener.onNext(new Result(answer(context, action)));
      listener.onCompleted();
    } catch (RuntimeException e) {
      listener.onError(FlightErrors.toFlight(e));
    }
  }

  private BatchStream open(Fragment fragment) {
    if (draining) {
      throw new DuckherderException(
          StandardErrorCode.WORKER_DRAINING,
          "Worker %s takes no new fragments: it is being stopped".formatted(config.id()));
    }
    log.debug("Query {} fragment {} starts", fragment.queryId(), fragment.number());
    return engine.run(fragment);
  }

  private void ended(BatchSender sender) {
    running.remove(sender);
    signalIfDrained();
  }

  private void signalIfDrained() {
    if (draining && running.isEmpty()) {
      onDrained.run();
    }
  }

  private byte[] answer(CallContext context, Action action) {
    switch (action.getType()) {
      case WorkerHealth.ACTION:
        return health();
      case WorkerHealth.DRAIN_ACTION:
        requireSecret(context, "drain");
        drain();
        return health();
      case WorkerHealth.RELEASE_ACTION:
        requireSecret(context, "release a query on");
        engine.exchange().release(new String(action.getBody(), StandardCharsets.UTF_8));
        return health();
      case ReplicationActions.PREFETCH:
        requireSecret(context, "announce a snapshot to");
        SealedVersion version = ReplicationActions.read(action.getBody(), SealedVersion.class);
        prefetches.ifPresent(fetching -> fetching.announced(version));
        return health();
      default:
        throw new DuckherderException(
            StandardErrorCode.UNSUPPORTED,
            "Unknown action \"%s\" (a worker knows %s, %s, %s and %s)"
                .formatted(
                    action.getType(),
                    WorkerHealth.ACTION,
                    WorkerHealth.DRAIN_ACTION,
                    WorkerHealth.RELEASE_ACTION,
                    ReplicationActions.PREFETCH));
    }
  }

  private void requireSecret(CallContext context, String purpose) {
    if (!BearerToken.presents(context, config.clusterSecret())) {
      throw new DuckherderException(
          StandardErrorCode.AUTHENTICATION_FAILED,
          "Cannot %s worker %s: the token is missing or wrong".formatted(purpose, config.id()));
    }
  }

  private byte[] health() {
    try {
      return JSON.writeValueAsBytes(
          new WorkerHealth(
              config.id(),
              Version.current(),
              config.engine().threads(),
              running.size(),
              engine.exchange().queries(),
              draining));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Health is made of strings and numbers", e);
    }
  }
}

package io.duckherder.cluster.replication;

import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.membership.Worker;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.replication.ReplicationActions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every worker once of each new snapshot, so that it makes its replica before a query asks.
 * Nothing rests on it: a worker that was not told makes it then.
 */
public final class SnapshotAnnouncements implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SnapshotAnnouncements.class);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

  private final Membership membership;
  private final ClientPool clients;
  private final CallOption credentials;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "duckherder-announcements");
            made.setDaemon(true);
            return made;
          });

  /** What each worker's process was told of each database. For the one thread. */
  private final Map<String, Map<String, Long>> told = new HashMap<>();

  /**
   * @param clients connections to workers; the caller's to close, after this
   * @param secret what the driver presents
   */
  public SnapshotAnnouncements(Membership membership, ClientPool clients, String secret) {
    this.membership = membership;
    this.clients = clients;
    this.credentials = new CredentialCallOption(new BearerCredentialWriter(secret));
  }

  /** Tells those workers that do not know, soon. */
  public void announce(Collection<SealedVersion> newest) {
    try {
      thread.execute(() -> tellAll(newest));
    } catch (RejectedExecutionException e) {
      log.debug("Nobody is told of {}: the driver stops", newest);
    }
  }

  private void tellAll(Collection<SealedVersion> newest) {
    Set<String> live =
        membership.all().stream()
            .map(worker -> worker.registration().incarnation())
            .collect(Collectors.toSet());
    told.keySet().retainAll(live);
    for (Worker worker : membership.all()) {
      Map<String, Long> known =
          told.computeIfAbsent(worker.registration().incarnation(), key -> new HashMap<>());
      for (SealedVersion version : newest) {
        if (known.getOrDefault(version.database(), 0L) < version.number()) {
          known.put(version.database(), version.number());
          tell(worker, version);
        }
      }
    }
  }

  private void tell(Worker worker, SealedVersion version) {
    try {
      clients
          .client(worker.location())
          .doAction(
              new Action(ReplicationActions.PREFETCH, ReplicationActions.write(version)),
              credentials,
              CallOptions.timeout(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
          .forEachRemaining(result -> {});
    } catch (FlightRuntimeException e) {
      log.debug("Worker {} is not told of snapshot {}: {}", worker, version, e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("A worker is still being told of a snapshot");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

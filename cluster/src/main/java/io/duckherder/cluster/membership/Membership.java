package io.duckherder.cluster.membership;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.WorkerHealth;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that the driver knows. A worker is in from its registration until it leaves or is
 * silent for the timeout. Safe for use by many threads; probes run outside the lock.
 */
public final class Membership {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);

  /** Begins the incarnation of a worker that is asked rather than heard. */
  private static final String PROBED = "probed-";

  private final Clock clock;
  private final Duration timeout;
  private final String version;
  private final WorkerProbe probe;

  /** Guarded by this. */
  private final Map<String, Worker> workers = new TreeMap<>();

  /**
   * @param timeout silence after which a worker is dropped
   * @param version the driver's version, which workers must have too
   */
  public Membership(Clock clock, Duration timeout, String version, WorkerProbe probe) {
    this.clock = clock;
    this.timeout = timeout;
    this.version = version;
    this.probe = probe;
  }

  /**
   * Takes a worker in, once it is reached at its address. Of two workers with one id the newer wins
   * if the older is gone.
   */
  public void register(WorkerRegistration registration) {
    requireVersion(registration);
    requireReached(registration);
    find(registration.id())
        .filter(older -> !older.registration().incarnation().equals(registration.incarnation()))
        .ifPresent(older -> requireGone(older, registration));
    synchronized (this) {
      workers.put(registration.id(), new Worker(registration, clock.instant()));
    }
    log.info(
        "Worker {} joined at {} with {} threads",
        registration.id(),
        registration.address(),
        registration.threads());
  }

  /**
   * Takes in a worker that listens already and knows nothing of this driver: it is asked now and
   * then whether it lives, since it does not say so by itself.
   *
   * @param location host:port, or a URL of it
   * @throws DuckherderException UNREACHABLE if no worker of that id answers there
   */
  public void registerAt(String id, String location) {
    if (id.isBlank()) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION, "Cannot register a worker without an id");
    }
    String address = location.replaceFirst("^grpc(\\+tcp)?://", "");
    WorkerRegistration asked =
        new WorkerRegistration(id, PROBED + UUID.randomUUID(), address, 1, version);
    WorkerHealth health = probe.health(asked.location());
    register(
        new WorkerRegistration(
            id, asked.incarnation(), address, Math.max(1, health.threads()), health.version()));
  }

  /** Asks the workers that do not say so by themselves whether they live. */
  public void probeSilent() {
    Instant limit = clock.instant().minus(timeout.dividedBy(3));
    for (Worker worker : all()) {
      String incarnation = worker.registration().incarnation();
      if (incarnation.startsWith(PROBED) && worker.lastHeard().isBefore(limit)) {
        try {
          probe.health(worker.location());
          heartbeat(worker.id(), incarnation);
        } catch (DuckherderException e) {
          log.debug("Worker {} does not answer: {}", worker, e.getMessage());
        }
      }
    }
  }

  /**
   * Notes that a worker lives.
   *
   * @return false if it is not known: it has to register
   */
  public synchronized boolean heartbeat(String id, String incarnation) {
    dropSilent();
    Worker worker = workers.get(id);
    if (worker == null || !worker.registration().incarnation().equals(incarnation)) {
      return false;
    }
    worker.heard(clock.instant());
    return true;
  }

  /** Takes a worker out that says that it ends. */
  public synchronized void leave(String id, String incarnation) {
    Worker worker = workers.get(id);
    if (worker != null && worker.registration().incarnation().equals(incarnation)) {
      workers.remove(id);
      log.info("Worker {} left", worker);
    }
  }

  /** The live workers, those with least to do first and the suspected ones last. */
  public synchronized List<Worker> live() {
    dropSilent();
    return workers.values().stream()
        .sorted(Comparator.comparing(Worker::suspected).thenComparing(Worker::load))
        .toList();
  }

  /** The live workers by their names. */
  public synchronized List<Worker> all() {
    dropSilent();
    return List.copyOf(workers.values());
  }

  /** Threads of all live workers together. */
  public int slots() {
    return all().stream().mapToInt(Worker::threads).sum();
  }

  /** Forgets the workers that were silent for too long. */
  public synchronized void dropSilent() {
    Instant limit = clock.instant().minus(timeout);
    workers
        .values()
        .removeIf(
            worker -> {
              boolean silent = worker.lastHeard().isBefore(limit);
              if (silent) {
                log.warn("Worker {} was dropped: not heard for {}", worker, timeout);
              }
              return silent;
            });
  }

  private synchronized Optional<Worker> find(String id) {
    dropSilent();
    @Nullable Worker worker = workers.get(id);
    return Optional.ofNullable(worker);
  }

  private void requireGone(Worker older, WorkerRegistration newer) {
    try {
      probe.health(older.location());
    } catch (DuckherderException e) {
      log.info("Worker {} is gone; its id goes to the one at {}", older, newer.address());
      return;
    }
    if (older.location().equals(newer.location())) {
      return;
    }
    throw new DuckherderException(
        StandardErrorCode.INVALID_OPTION,
        "Cannot register worker \"%s\" at %s: another worker with this id runs at %s; give it another --id"
            .formatted(newer.id(), newer.address(), older.registration().address()));
  }

  private void requireReached(WorkerRegistration registration) {
    WorkerHealth health = probe.health(registration.location());
    if (!health.id().equals(registration.id())) {
      throw new DuckherderException(
          StandardErrorCode.UNREACHABLE,
          "Cannot register worker \"%s\": at its address %s the driver reaches worker \"%s\"; check --advertise"
              .formatted(registration.id(), registration.address(), health.id()));
    }
  }

  private void requireVersion(WorkerRegistration registration) {
    if (!version.equals(registration.version())) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot register worker \"%s\": it is of version %s, the driver of %s; upgrade both together"
              .formatted(registration.id(), registration.version(), version));
    }
  }
}

package io.duckherder.cluster.driver;

import io.duckherder.cluster.access.ClientFiles;
import io.duckherder.cluster.access.ServerFiles;
import io.duckherder.cluster.admission.QueryAdmission;
import io.duckherder.cluster.cache.ResultCache;
import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.cluster.driver.DriverStatus.QueryStatus;
import io.duckherder.cluster.driver.DriverStatus.TransactionStatus;
import io.duckherder.cluster.driver.DriverStatus.WorkerStatus;
import io.duckherder.cluster.history.QueryRecorder;
import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.cluster.membership.FlightWorkerProbe;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.replication.ReplicationService;
import io.duckherder.cluster.replication.ServedStores;
import io.duckherder.cluster.replication.SnapshotAnnouncements;
import io.duckherder.cluster.schedule.TaskScheduler;
import io.duckherder.cluster.security.Authentication;
import io.duckherder.cluster.session.SessionCookie;
import io.duckherder.cluster.session.Sessions;
import io.duckherder.cluster.sql.ClusterActions;
import io.duckherder.cluster.sql.DriverProducer;
import io.duckherder.cluster.sql.QueryConfig;
import io.duckherder.cluster.sql.RunningQueries;
import io.duckherder.cluster.staging.StagedWrites;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.ticket.ClusterKey;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.Version;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.Peers;
import io.duckherder.worker.engine.SealedFiles;
import io.duckherder.worker.staging.StagingFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running driver: the databases, the workers it knows, and the Flight server that clients and
 * workers call. It owns all of its parts and closes them in reverse.
 */
public final class Driver implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Driver.class);
  private static final long STOP_SECONDS = 5;
  private static final long CHORES_SECONDS = 1;
  private static final long KEEP_MILLIS = 200;
  private static final long WATCH_MILLIS = 250;

  private final Clock clock = Clock.systemUTC();
  private final Instant started = clock.instant();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch stopAsked = new CountDownLatch(1);
  private final BufferAllocator allocator = new RootAllocator();
  private final ExecutorService executor =
      Executors.newCachedThreadPool(threads("duckherder-query"));
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(threads("duckherder-driver-timer"));

  /** Apart from the timer, whose probes of workers may take a while. */
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(threads("duckherder-watch"));

  /** Apart from the timer: a seal, and a checkpoint, may take a while. */
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(threads("duckherder-keeper"));

  private final DriverConfig config;
  private final DuckDBEngine engine;
  private final Optional<ManagedDatabases> managed;
  private final ServedDatabases databases;
  private final Membership membership;
  private final ClientPool workerClients;
  private final Sessions sessions;
  private final QueryAdmission admission;
  private final RunningQueries queries;
  private final ResultCache cache;
  private final TicketCodec tickets;
  private final TaskScheduler scheduler;
  private final ReplicationService replication;
  private final SnapshotAnnouncements announcements;
  private final StagedWrites staged;
  private final DriverProducer producer;
  private final FlightServer server;

  private Driver(DriverConfig config) {
    this.config = config;
    Map<String, FileIdentity> external = ServedDatabases.identify(config.databases());
    this.managed =
        config.managed().databases().isEmpty()
            ? Optional.empty()
            : Optional.of(
                ManagedDatabases.open(config.managed(), config.engine(), external, clock));
    this.engine =
        new DuckDBEngine(
            config.engine(),
            allocator,
            Peers.NONE,
            managed.map(ManagedDatabases::files).orElse(SealedFiles.NONE));
    try {
      this.databases = ServedDatabases.open(external, managed, engine);
    } catch (RuntimeException e) {
      engine.close();
      managed.ifPresent(ManagedDatabases::close);
      closeThreads();
      allocator.close();
      throw e;
    }
    this.membership =
        new Membership(
            clock, config.workerTimeout(), Version.current(), new FlightWorkerProbe(allocator));
    this.workerClients = new ClientPool(allocator, Optional.empty());
    this.sessions = new Sessions(clock, config.sessionTimeout(), config.queries().settings());
    QueryConfig limits = config.queries();
    this.admission =
        new QueryAdmission(() -> limits.slots(membership.slots()), limits.queueTimeout());
    this.queries =
        new RunningQueries(
            clock, config.ticketValidity(), admission, new QueryRecorder(limits.history()));
    this.cache = new ResultCache(limits.cacheBytes(), limits.cacheResultBytes(), allocator);
    this.tickets = new TicketCodec(ClusterKey.derive(config.clusterSecret()), clock);
    this.scheduler =
        new TaskScheduler(
            new TaskScheduler.Parts(
                membership,
                tickets,
                config.ticketValidity(),
                workerClients,
                engine,
                executor,
                allocator),
            config.clusterSecret());
    this.replication =
        new ReplicationService(
            managed.map(ManagedDatabases::stores).orElse(ServedStores.NONE),
            () -> databases.current().files(),
            executor,
            allocator);
    this.announcements =
        new SnapshotAnnouncements(membership, workerClients, config.clusterSecret());
    this.staged = new StagedWrites(new StagingFolder(config.staging()), allocator, clock);
    this.producer = producer();
    this.server = server();
  }

  /** Starts a driver; it serves clients when this returns. */
  public static Driver start(DriverConfig config) {
    requireClosed(config);
    Driver driver = new Driver(config);
    try {
      driver.server.start();
    } catch (IOException e) {
      driver.close();
      throw new DuckherderException(
          StandardErrorCode.PORT_IN_USE,
          "Cannot listen on %s:%d: %s; choose another port with --port, or stop what uses it"
              .formatted(config.host(), config.port(), rootMessage(e)),
          e);
    }
    driver.timer.scheduleWithFixedDelay(
        driver::doChores, CHORES_SECONDS, CHORES_SECONDS, TimeUnit.SECONDS);
    driver.watch.scheduleWithFixedDelay(
        driver.queries::cancelAbandoned, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    driver.managed.ifPresent(
        managed ->
            driver.keeper.scheduleWithFixedDelay(
                () -> driver.keep(managed), KEEP_MILLIS, KEEP_MILLIS, TimeUnit.MILLISECONDS));
    log.info(
        "Driver listens on {}:{} and serves {}",
        config.host(),
        driver.port(),
        String.join(", ", driver.databases.current().databases().keySet()));
    return driver;
  }

  public int port() {
    return server.getPort();
  }

  /** Where clients and workers connect. */
  public Location location() {
    return Location.forGrpcInsecure(config.host(), port());
  }

  /** The workers that are in. */
  public Membership membership() {
    return membership;
  }

  /** The sessions of its clients. */
  public Sessions sessions() {
    return sessions;
  }

  /** Waits until somebody asks the driver to stop; closing it is still to do. */
  public void awaitStop() throws InterruptedException {
    stopAsked.await();
  }

  /** How the cluster is. */
  public DriverStatus status() {
    Instant now = clock.instant();
    return new DriverStatus(
        Version.current(),
        Duration.between(started, now).toSeconds(),
        databases.current().databases(),
        membership.all().stream()
            .map(
                worker ->
                    new WorkerStatus(
                        worker.id(),
                        worker.registration().address(),
                        worker.threads(),
                        worker.suspected() ? "suspected" : "live",
                        worker.running(),
                        Duration.between(worker.lastHeard(), now).toMillis()))
            .toList(),
        sessions.count(),
        transactions(now),
        queries.list().stream()
            .map(
                query ->
                    new QueryStatus(
                        query.record().id(),
                        query.where().orElse("driver"),
                        query.record().state().toString(),
                        Duration.between(query.record().since(), now).toMillis()))
            .toList());
  }

  private List<TransactionStatus> transactions(Instant now) {
    return managed.stream()
        .flatMap(databases -> databases.transactions().list().stream())
        .map(
            open -> {
              Duration age = Duration.between(open.since(), now);
              boolean old = age.compareTo(config.managed().transactionLimit()) > 0;
              return new TransactionStatus(open.owner(), age.toMillis(), old);
            })
        .toList();
  }

  /** Stops the queries that run, and serves no more. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stopAsked.countDown();
    queries.stopAll();
    try {
      server.shutdown();
      executor.shutdown();
      server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
      server.close();
      executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted while stopping; queries may still run");
    }
    scheduler.close();
    closeThreads();
    awaitKeeper();
    announcements.close();
    workerClients.close();
    sessions.close();
    producer.closeTransactions();
    cache.close();
    engine.close();
    replication.close();
    managed.ifPresent(ManagedDatabases::close);
    allocator.close();
  }

  private DriverProducer producer() {
    DriverProducer.Parts parts =
        new DriverProducer.Parts(
            engine,
            databases,
            membership,
            scheduler,
            tickets,
            config.ticketValidity(),
            queries,
            cache,
            clock,
            executor,
            staged,
            new ClientFiles(config.engine().allowedPaths(), this::ownFiles),
            allocator);
    ClusterActions actions =
        new ClusterActions(membership, this::status, stopAsked::countDown, replication);
    return DriverProducer.create(parts, actions);
  }

  /** What SQL of clients leaves alone, wherever it lies. */
  private ServerFiles ownFiles() {
    Set<Path> files = new HashSet<>();
    databases.current().files().values().forEach(file -> files.add(Path.of(file.path())));
    managed.ifPresent(own -> files.addAll(own.liveFiles()));
    // The secret of the cluster is beside what it stages; workers spill beside the driver.
    files.add(config.staging().resolveSibling("secret"));
    Path spill = config.engine().spillDirectory().toAbsolutePath();
    Set<Path> folders = new HashSet<>(Set.of(config.staging(), spill));
    if (spill.endsWith(Path.of("spill", "driver"))) {
      folders.add(spill.getParent());
    }
    if (managed.isPresent()) {
      folders.add(config.managed().replicas());
    }
    return new ServerFiles(files, folders);
  }

  private FlightServer server() {
    // TLS goes here: useTls(certificate, key), and the locations become forGrpcTls.
    return FlightClients.permitKeepAlive(
            FlightServer.builder(
                allocator, Location.forGrpcInsecure(config.host(), config.port()), producer))
        .middleware(
            Authentication.KEY, new Authentication.Factory(config.token(), config.clusterSecret()))
        .middleware(SessionCookie.KEY, new SessionCookie.Factory(sessions))
        .build();
  }

  private void doChores() {
    try {
      membership.probeSilent();
      membership.dropSilent();
      sessions.endIdle();
      queries.tidy();
      admission.refresh();
      producer.endIdleTransactions();
      staged.dropIdle();
    } catch (RuntimeException e) {
      log.error("Cannot tidy up", e);
    }
  }

  /** A seal that is under way ends first: its files are closed after this. */
  private void awaitKeeper() {
    try {
      keeper.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep(ManagedDatabases databases) {
    try {
      databases.doChores();
      announcements.announce(databases.newest().values());
    } catch (RuntimeException e) {
      log.error("Cannot keep the managed databases in order; trying again", e);
    }
  }

  private void closeThreads() {
    timer.shutdownNow();
    watch.shutdownNow();
    keeper.shutdown();
    executor.shutdownNow();
  }

  /** A port that others can reach needs a token. */
  private static void requireClosed(DriverConfig config) {
    try {
      boolean loopback = InetAddress.getByName(config.host()).isLoopbackAddress();
      if (!loopback && config.token().isEmpty()) {
        throw new DuckherderException(
            StandardErrorCode.INVALID_OPTION,
            "Cannot listen on %s without a token: it is not a loopback address; give --token-file, or bind 127.0.0.1"
                .formatted(config.host()));
      }
    } catch (UnknownHostException e) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot listen on \"%s\": no address has that name".formatted(config.host()),
          e);
    }
  }

  private static ThreadFactory threads(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
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

package io.duckherder.cluster;

import io.duckherder.cluster.driver.Driver;
import io.duckherder.cluster.driver.DriverConfig;
import io.duckherder.cluster.managed.ManagedConfig;
import io.duckherder.cluster.membership.FlightWorkerProbe;
import io.duckherder.cluster.membership.WorkerLink;
import io.duckherder.cluster.membership.WorkerRegistration;
import io.duckherder.cluster.sql.ClusterActions;
import io.duckherder.cluster.sql.QueryConfig;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.Version;
import io.duckherder.worker.engine.EngineConfig;
import io.duckherder.worker.replica.ReplicaConfig;
import io.duckherder.worker.replica.ReplicaConfig.FileSharing;
import io.duckherder.worker.server.WorkerServer;
import io.duckherder.worker.server.WorkerServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.UUID;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.RootAllocator;

/** A true cluster in this process: a driver and workers on free loopback ports. */
public final class ClusterRunner implements AutoCloseable {
  private static final String SECRET = "secret of the test cluster";

  private final Driver driver;
  private final RootAllocator allocator = new RootAllocator();
  private final Path spill;
  private final Optional<String> token;
  private final Deque<AutoCloseable> workers = new ArrayDeque<>();

  private ClusterRunner(Driver driver, Path spill, Optional<String> token) {
    this.driver = driver;
    this.spill = spill;
    this.token = token;
  }

  /** How to start one. */
  public static final class Builder {
    private final Map<String, Path> databases = new LinkedHashMap<>();
    private final Path spill;
    private ManagedConfig managed = ManagedConfig.NONE;
    private int port;
    private int workers = 2;
    private Optional<String> token = Optional.empty();
    private Duration workerTimeout = Duration.ofSeconds(10);
    private Duration sessionTimeout = Duration.ofHours(1);
    private QueryConfig queries = QueryConfig.DEFAULT;
    private List<Path> allowed = List.of();

    private Builder(Path spill) {
      this.spill = spill;
    }

    public Builder database(String name, Path file) {
      databases.put(name, file);
      return this;
    }

    public Builder managed(ManagedConfig config) {
      managed = config;
      return this;
    }

    /** A folder of whose files SQL may make use. */
    public Builder allow(Path folder) {
      allowed = List.of(folder);
      return this;
    }

    /** The port of the driver; without it, a free one. */
    public Builder port(int value) {
      port = value;
      return this;
    }

    public Builder workers(int count) {
      workers = count;
      return this;
    }

    public Builder token(String value) {
      token = Optional.of(value);
      return this;
    }

    public Builder workerTimeout(Duration value) {
      workerTimeout = value;
      return this;
    }

    public Builder sessionTimeout(Duration value) {
      sessionTimeout = value;
      return this;
    }

    public Builder queries(QueryConfig value) {
      queries = value;
      return this;
    }

    public DriverConfig config() {
      return new DriverConfig(
          "127.0.0.1",
          port,
          databases,
          managed,
          token,
          token.orElse(SECRET),
          engine(spill.resolve("driver"), "1GiB", "", allowed),
          workerTimeout,
          Duration.ofMinutes(10),
          sessionTimeout,
          queries,
          spill.resolve("staging"));
    }

    public ClusterRunner build() {
      ClusterRunner cluster = new ClusterRunner(Driver.start(config()), spill, token);
      for (int i = 1; i <= workers; i++) {
        cluster.startWorker("w" + i);
      }
      return cluster;
    }
  }

  public static Builder builder(Path spill) {
    return new Builder(spill);
  }

  public static EngineConfig engine(Path spill) {
    return engine(spill, "1GiB", "");
  }

  public static EngineConfig engine(Path spill, String memoryLimit, String spillLimit) {
    return engine(spill, memoryLimit, spillLimit, List.of());
  }

  private static EngineConfig engine(
      Path spill, String memoryLimit, String spillLimit, List<Path> allowed) {
    return new EngineConfig(
        memoryLimit, 1, spill, spillLimit, allowed, Duration.ofSeconds(30), OptionalInt.empty());
  }

  public Driver driver() {
    return driver;
  }

  /** Starts a worker in this process. */
  public WorkerServer startWorker(String id) {
    return startWorker(id, engine(spill.resolve(id)));
  }

  /** Starts a worker in this process with a DuckDB of its own kind. */
  public WorkerServer startWorker(String id, EngineConfig engine) {
    String secret = token.orElse(SECRET);
    WorkerServer server =
        WorkerServer.start(
            new WorkerServerConfig(id, "127.0.0.1", 0, secret, engine, Optional.of(replicas(id))));
    workers.push(server);
    workers.push(
        WorkerLink.start(
            allocator,
            driver.location(),
            secret,
            registration(id, "127.0.0.1:" + server.port()),
            Duration.ofMillis(500)));
    return server;
  }

  /** A worker uses the driver's files where it sees them, as all in this process do. */
  private ReplicaConfig replicas(String id) {
    return new ReplicaConfig(
        driver.location(),
        spill.resolve("replicas-" + id),
        OptionalLong.empty(),
        FileSharing.WHERE_SEEN);
  }

  public static WorkerRegistration registration(String id, String address) {
    return new WorkerRegistration(id, UUID.randomUUID().toString(), address, 1, Version.current());
  }

  public static String secret() {
    return SECRET;
  }

  /** A connection by the stock JDBC driver, with cookies. */
  public Connection connect() throws SQLException {
    return connect(new Properties());
  }

  public Connection connect(Properties properties) throws SQLException {
    token.ifPresent(value -> properties.putIfAbsent("token", value));
    properties.putIfAbsent("useEncryption", "false");
    return DriverManager.getConnection(url(), properties);
  }

  /** Flight SQL without cookies, and so without a session. */
  public FlightSqlClient client() {
    return new FlightSqlClient(FlightClients.open(allocator, driver.location(), token));
  }

  /** Flight SQL with cookies, and so with a session of its own. */
  public FlightSqlClient session() {
    FlightClient client =
        FlightClient.builder(allocator, driver.location())
            .intercept(new ClientCookieMiddleware.Factory())
            .build();
    // The first answer brings the session's cookie.
    client.doAction(new Action(ClusterActions.STATUS)).forEachRemaining(result -> {});
    return new FlightSqlClient(client);
  }

  /** How many queries run or keep rows on each live worker. */
  public List<Integer> queriesOnWorkers() {
    FlightWorkerProbe probe = new FlightWorkerProbe(allocator);
    return driver.membership().all().stream()
        .map(worker -> probe.health(worker.location()).queries())
        .toList();
  }

  /** A port that nobody listens on now. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public RootAllocator allocator() {
    return allocator;
  }

  public String url() {
    return "jdbc:arrow-flight-sql://127.0.0.1:" + driver.port();
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable worker : workers) {
      worker.close();
    }
    driver.close();
    allocator.close();
  }
}

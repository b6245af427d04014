package io.duckherder.cluster.local;

import io.duckherder.cluster.driver.Driver;
import io.duckherder.cluster.driver.DriverConfig;
import io.duckherder.worker.engine.EngineConfig;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster on this machine: the driver in this process, its workers as child processes. Owns both,
 * and the state directory while it runs.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LocalCluster.class);
  private static final Duration WORKER_TIMEOUT = Duration.ofSeconds(10);

  /** Long, since the tasks of a job may start long after it was planned. */
  private static final Duration TICKET_VALIDITY = Duration.ofHours(24);

  private static final Duration SESSION_TIMEOUT = Duration.ofHours(1);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

  private final StateDirectory state;
  private final FileLock lock;
  private final Driver driver;
  private final LocalWorkers workers;
  private final String url;
  private boolean closed;

  private LocalCluster(
      StateDirectory state, FileLock lock, Driver driver, LocalWorkers workers, String url) {
    this.state = state;
    this.lock = lock;
    this.driver = driver;
    this.workers = workers;
    this.url = url;
  }

  /**
   * Starts a cluster; it serves when this returns.
   *
   * @param mainClass what a child process runs, with {@code worker} as its first argument
   */
  public static LocalCluster start(
      LocalClusterConfig config, StateDirectory state, String mainClass) {
    Optional<String> token = config.tokenFile().map(TokenFile::read);
    BindAddress.requireTokenUnlessLoopback(config.host(), token.isPresent());
    FileLock lock = state.lock();
    try {
      return start(config, state, mainClass, token, lock);
    } catch (RuntimeException e) {
      release(lock);
      throw e;
    }
  }

  private static LocalCluster start(
      LocalClusterConfig config,
      StateDirectory state,
      String mainClass,
      Optional<String> token,
      FileLock lock) {
    String secret = token.orElseGet(state::secret);
    Driver driver = Driver.start(driverConfig(config, state, token, secret));
    try {
      String host = BindAddress.reachable(config.host());
      String url = "grpc://%s:%d".formatted(host, driver.port());
      WorkerCommandLine commands =
          new WorkerCommandLine(config, state, mainClass, url, driver.port());
      LocalWorkers workers =
          LocalWorkers.start(config.resources().workers(), commands, secret, state);
      state.recordDriver(RunningDriver.self(url, config.tokenFile().map(Path::toString)));
      log.info("The cluster serves at {}", url);
      return new LocalCluster(state, lock, driver, workers, url);
    } catch (RuntimeException e) {
      driver.close();
      throw e;
    }
  }

  private static DriverConfig driverConfig(
      LocalClusterConfig config, StateDirectory state, Optional<String> token, String secret) {
    EngineConfig engine =
        new EngineConfig(
            config.resources().memoryLimit(),
            Runtime.getRuntime().availableProcessors(),
            state.spill("driver"),
            "",
            config.allowedPaths(),
            IDLE_TIMEOUT,
            OptionalInt.empty());
    return new DriverConfig(
        config.host(),
        config.port(),
        config.databases(),
        config.managed(),
        token,
        secret,
        engine,
        WORKER_TIMEOUT,
        TICKET_VALIDITY,
        SESSION_TIMEOUT,
        config.queries(),
        state.staging());
  }

  /** Where clients reach the driver. */
  public String url() {
    return url;
  }

  /** The local workers, each as its name, pid and address. */
  public List<String> workers() {
    return workers.describe();
  }

  /** Waits until a client asks the cluster to stop. */
  public void awaitStopRequest() throws InterruptedException {
    driver.awaitStop();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    log.info("The cluster stops");
    workers.close();
    driver.close();
    state.forgetDriver();
    release(lock);
  }

  private static void release(FileLock lock) {
    try {
      lock.channel().close();
    } catch (IOException e) {
      log.debug("Could not release the state directory", e);
    }
  }
}

package io.duckherder.cluster.crash;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.WorkerProcess;
import io.duckherder.cluster.driver.Driver;
import io.duckherder.cluster.managed.ManagedConfig;
import io.duckherder.cluster.managed.ManagedConfig.RetentionConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A driver in a JVM of its own that writes the database {@code db}, seals and checkpoints all the
 * time, and ends when its standard input does.
 */
final class CrashDriver implements AutoCloseable {
  private static final String READY = "driver is ready";

  private final Process process;
  private final int port;

  private CrashDriver(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static Path file(Path folder) {
    return folder.resolve("db.duckdb");
  }

  static Path replicas(Path folder) {
    return folder.resolve("replicas");
  }

  static Path spill(Path folder) {
    return folder.resolve("spill");
  }

  /** Begins to start a driver, which is not ready yet. */
  static CrashDriver launch(Path folder, int port) throws IOException {
    return new CrashDriver(
        WorkerProcess.java(CrashDriver.class, folder.toString(), String.valueOf(port)), port);
  }

  /** Waits until it serves clients. */
  CrashDriver awaitReady() throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); !READY.equals(line); line = out.readLine()) {
      if (line == null) {
        throw new IllegalStateException("The driver ended before it was ready");
      }
      System.out.println("driver: " + line);
    }
    Thread rest =
        new Thread(
            () -> out.lines().forEach(line -> System.out.println("driver: " + line)),
            "output-of-driver");
    rest.setDaemon(true);
    rest.start();
    return this;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:arrow-flight-sql://127.0.0.1:" + port + "?useEncryption=false");
  }

  /** A connection whose reads run on the live database, as it has a temporary table there. */
  Connection connectLive() throws SQLException {
    Connection connection = connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE mine (i INTEGER)");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }

  /** Whether a read failed because the workers do not know yet that there is another driver. */
  static boolean isWithoutWorkers(SQLException e) {
    return String.valueOf(e.getMessage()).contains("No worker is alive");
  }

  int port() {
    return port;
  }

  /** Waits for so long, unless it ends before. */
  void awaitEnd(int millis) throws InterruptedException {
    process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Asks it to stop, and waits until it has. */
  void stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The driver does not stop");
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** Runs a driver until it is killed or its standard input ends. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    ManagedConfig managed =
        new ManagedConfig(
            Map.of("db", file(folder)),
            "v1.5.0",
            Duration.ofMillis(1),
            512 << 10,
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            false,
            new RetentionConfig(Duration.ofMillis(1), 5),
            replicas(folder),
            OptionalLong.empty());
    Driver driver =
        Driver.start(
            ClusterRunner.builder(spill(folder))
                .managed(managed)
                .port(Integer.parseInt(arguments[1]))
                .workerTimeout(Duration.ofSeconds(3))
                .config());
    System.out.println(READY);
    while (System.in.read() >= 0) {
      // Nothing is said to it: only the end counts.
    }
    driver.close();
  }
}

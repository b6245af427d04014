package io.duckherder.cluster;

import io.duckherder.cluster.driver.Driver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A driver in a JVM of its own, for tests that kill it. It ends when its standard input does. */
public final class DriverProcess implements AutoCloseable {
  private static final String READY = "driver is on port ";

  private final Process process;
  private final int port;

  private DriverProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts a driver that serves a file as the database {@code db}. */
  public static DriverProcess start(Path file, Path spill) throws IOException {
    Process process = WorkerProcess.java(DriverProcess.class, file.toString(), spill.toString());
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("The driver ended before it was ready");
    }
    return new DriverProcess(process, Integer.parseInt(line.substring(READY.length())));
  }

  public int port() {
    return port;
  }

  /** As {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** Runs a driver until it is killed or its standard input ends. */
  public static void main(String[] arguments) throws IOException {
    Driver driver =
        Driver.start(
            ClusterRunner.builder(Path.of(arguments[1]))
                .database("db", Path.of(arguments[0]))
                .config());
    System.out.println(READY + driver.port());
    while (System.in.read() >= 0) {
      // Nothing is said to it: only the end counts.
    }
    driver.close();
  }
}

package io.duckherder.sql.benchmarks;

import io.duckherder.cluster.cli.DuckherderCluster;
import io.duckherder.cluster.sql.ClusterActions;
import io.duckherder.wire.FlightClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.RootAllocator;

/**
 * A driver and two workers started by the command line, each with 512 MB: 160 MiB for DuckDB, 128
 * MiB of Java heap, 64 MiB of Netty's buffers, and the rest for Arrow's buffers, the JVM itself and
 * what DuckDB takes beyond its limit.
 */
final class SmallCluster implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Duckherder serves tpch at (\\S+) with .*");

  private final RootAllocator allocator = new RootAllocator();
  private final Process driver;
  private final String url;

  private SmallCluster(Process driver, String url) {
    this.driver = driver;
    this.url = url;
  }

  static SmallCluster start(Path file, Path state) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.matches("(--add-opens|--enable|-Djava.io.tmpdir).*"))
        .forEach(command::add);
    // The workers take over these flags.
    command.addAll(List.of("-Xmx128m", "-XX:MaxDirectMemorySize=64m", "-XX:+UseSerialGC"));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classPath, DuckherderCluster.class.getName(), "start"));
    command.addAll(List.of("--database", "tpch=" + file, "--workers", "2", "--port", "0"));
    command.addAll(List.of("--worker-threads", "1", "--memory-limit", "160MiB"));
    command.addAll(List.of("--state-dir", state.toString()));
    Process driver =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new SmallCluster(driver, awaitUrl(driver));
  }

  private static String awaitUrl(Process driver) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return ready.group(1);
      }
    }
    throw new IllegalStateException("The driver ended before it served");
  }

  /** Flight SQL with a session of its own. */
  FlightSqlClient session() {
    FlightClient client =
        FlightClient.builder(allocator, FlightClients.location(url))
            .intercept(new ClientCookieMiddleware.Factory())
            .build();
    // The first answer brings the session's cookie.
    client.doAction(new Action(ClusterActions.STATUS)).forEachRemaining(result -> {});
    return new FlightSqlClient(client);
  }

  /** The most that Arrow took of the client's memory, bytes. */
  long clientPeakBytes() {
    return allocator.getPeakMemoryAllocation();
  }

  /** Memory of the driver that is no file's: heap, direct memory and DuckDB's, MiB. */
  long driverMegabytes() throws IOException {
    return megabytes(driver.toHandle(), "RssAnon");
  }

  /** The most memory that the driver, then each worker, ever had, MiB. */
  List<Long> peakMegabytes() throws IOException {
    List<Long> peaks = new ArrayList<>();
    for (ProcessHandle process :
        Stream.concat(Stream.of(driver.toHandle()), driver.children()).toList()) {
      peaks.add(megabytes(process, "VmHWM"));
    }
    return peaks;
  }

  private static long megabytes(ProcessHandle process, String counter) throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
      String line = lines.filter(each -> each.startsWith(counter + ":")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
    }
  }

  @Override
  public void close() throws InterruptedException {
    driver.destroy();
    if (!driver.waitFor(1, TimeUnit.MINUTES)) {
      driver.descendants().forEach(ProcessHandle::destroyForcibly);
      driver.destroyForcibly();
      throw new IllegalStateException("The driver does not stop");
    }
    allocator.close();
  }
}

package io.duckherder.cluster;

import io.duckherder.cluster.membership.WorkerLink;
import io.duckherder.cluster.membership.WorkerRegistration;
import io.duckherder.wire.FlightClients;
import io.duckherder.worker.replica.ReplicaConfig;
import io.duckherder.worker.replica.ReplicaConfig.FileSharing;
import io.duckherder.worker.server.WorkerServer;
import io.duckherder.worker.server.WorkerServerConfig;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;

/** A worker in a JVM of its own, for tests that kill one. It ends when its standard input does. */
public final class WorkerProcess implements AutoCloseable {
  private static final String READY = "worker is ready";

  private final Process process;

  private WorkerProcess(Process process) {
    this.process = process;
  }

  /** Starts a worker and waits until it is registered. */
  public static WorkerProcess start(String id, int driverPort, Path spill) throws IOException {
    Process process = java(WorkerProcess.class, id, String.valueOf(driverPort), spill.toString());
    WorkerProcess worker = new WorkerProcess(process);
    worker.awaitReady();
    return worker;
  }

  /** Starts a worker that uses no file of the driver's, and waits until it is registered. */
  public static WorkerProcess startApart(String id, int driverPort, Path spill, Path replicas)
      throws IOException {
    return start(id, driverPort, spill, replicas, FileSharing.NEVER);
  }

  /** Starts a worker that may use files of the driver's, and waits until it is registered. */
  public static WorkerProcess startBeside(String id, int driverPort, Path spill, Path replicas)
      throws IOException {
    return start(id, driverPort, spill, replicas, FileSharing.WHERE_SEEN);
  }

  private static WorkerProcess start(
      String id, int driverPort, Path spill, Path replicas, FileSharing sharing)
      throws IOException {
    Process process =
        java(
            WorkerProcess.class,
            id,
            String.valueOf(driverPort),
            spill.toString(),
            replicas.toString(),
            sharing.name());
    WorkerProcess worker = new WorkerProcess(process);
    worker.awaitReady();
    return worker;
  }

  /** Starts a class in a JVM like this one, with its standard output for the caller. */
  public static Process java(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.matches("(--add-opens|--enable|-Djava.io.tmpdir).*"))
        .forEach(command::add);
    // It lives for seconds: what matters is how soon it is there.
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-cp");
    command.add(classPath());
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String classPath() {
    String surefire = System.getProperty("surefire.test.class.path");
    return surefire != null ? surefire : System.getProperty("java.class.path") + extraClassPath();
  }

  /** Launchers other than Maven's load the tests with a class loader of their own. */
  private static String extraClassPath() {
    ClassLoader loader = WorkerProcess.class.getClassLoader();
    if (loader instanceof URLClassLoader urls) {
      StringBuilder paths = new StringBuilder();
      for (URL url : urls.getURLs()) {
        paths.append(File.pathSeparator).append(url.getPath());
      }
      return paths.toString();
    }
    return "";
  }

  private void awaitReady() {
    try {
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line = out.readLine();
      while (line != null && !line.contains(READY)) {
        line = out.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("The worker ended before it was ready");
      }
      drain();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A pipe that nobody reads fills up, and who logs into it stands still. */
  private void drain() {
    Thread reader =
        new Thread(
            () -> {
              try {
                process.getInputStream().transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // The process has ended.
              }
            },
            "worker-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** As {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }

  /** Asks it to stop, and waits until it has. */
  public void stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The worker does not stop");
    }
  }

  /** Stops the process where it is, as {@code kill -STOP}: it neither answers nor ends. */
  public void freeze() throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid()))
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on it can write no file beyond some bytes, as if the disk were full. */
  public void limitFiles(long bytes) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("prlimit", "--pid", "" + process.pid(), "--fsize=" + bytes + ":")
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new IllegalStateException("prlimit ended with " + status);
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  private static Optional<ReplicaConfig> replicas(String[] arguments) {
    return arguments.length < 4
        ? Optional.empty()
        : Optional.of(
            new ReplicaConfig(
                FlightClients.location("grpc://127.0.0.1:" + arguments[1]),
                Path.of(arguments[3]),
                OptionalLong.empty(),
                FileSharing.valueOf(arguments[4])));
  }

  /** Runs a worker until it is killed or its standard input ends. */
  public static void main(String[] arguments) throws IOException {
    String id = arguments[0];
    WorkerServer server =
        WorkerServer.start(
            new WorkerServerConfig(
                id,
                "127.0.0.1",
                0,
                ClusterRunner.secret(),
                ClusterRunner.engine(Path.of(arguments[2])),
                replicas(arguments)));
    WorkerRegistration registration = ClusterRunner.registration(id, "127.0.0.1:" + server.port());
    RootAllocator allocator = new RootAllocator();
    WorkerLink link =
        WorkerLink.start(
            allocator,
            FlightClients.location("grpc://127.0.0.1:" + arguments[1]),
            ClusterRunner.secret(),
            registration,
            Duration.ofMillis(500));
    System.out.println(READY);
    while (System.in.read() >= 0) {
      // Nothing is said to it: only the end counts.
    }
    link.close();
    server.close();
    allocator.close();
  }
}

package io.duckherder.cluster.local;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A worker that runs as a child process of the driver. Its standard input is a pipe from the
 * driver: the secret goes through it, and when the driver ends, however it ends, the pipe breaks
 * and the worker stops. It prints {@link #READY} and its address once it is registered.
 */
final class WorkerProcess implements AutoCloseable {
  /** First word of the line by which a worker tells that it serves. */
  static final String READY = "READY ";

  private static final Duration STOP_TIME = Duration.ofSeconds(15);

  private final String id;
  private final Process process;
  private final String address;

  private WorkerProcess(String id, Process process, String address) {
    this.id = id;
    this.process = process;
    this.address = address;
  }

  /**
   * Starts a worker and waits until it serves.
   *
   * @param errors file for what it prints to standard error
   */
  static WorkerProcess start(String id, List<String> command, String secret, Path errors) {
    Process process = null;
    try {
      process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      OutputStream pipe = process.getOutputStream();
      pipe.write((secret + "\n").getBytes(StandardCharsets.UTF_8));
      pipe.flush();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(READY)) {
          return new WorkerProcess(id, process, line.substring(READY.length()));
        }
      }
      throw failed(id, errors, null);
    } catch (IOException e) {
      throw failed(id, errors, e);
    } catch (RuntimeException e) {
      if (process != null) {
        process.destroyForcibly();
      }
      throw e;
    }
  }

  private static DuckherderException failed(String id, Path errors, @Nullable Throwable cause) {
    String said;
    try {
      said = Files.readString(errors).strip();
    } catch (IOException e) {
      said = "";
    }
    String prefix = "duckherder-cluster: ";
    String reason = said.startsWith(prefix) ? said.substring(prefix.length()) : said;
    return new DuckherderException(
        StandardErrorCode.INTERNAL_ERROR,
        reason.isEmpty()
            ? "Worker %s ended before it served; its log is beside %s".formatted(id, errors)
            : "Worker %s did not start: %s".formatted(id, reason),
        cause);
  }

  String id() {
    return id;
  }

  /** host:port at which it serves. */
  String address() {
    return address;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Runs a task when the process has ended. */
  void onExit(Runnable task) {
    process.onExit().thenRun(task);
  }

  int exitStatus() {
    return process.exitValue();
  }

  /** Breaks the pipe, so that the worker stops, and waits until it has. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The worker has ended already.
    }
    try {
      if (!process.waitFor(STOP_TIME.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

package io.duckherder.cluster.cli;

import io.duckherder.cluster.client.ClusterClient;
import io.duckherder.cluster.local.RunningDriver;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code stop}: ends a driver and its local workers. */
@Command(
    name = "stop",
    description = {"Stops a cluster: its driver and its local workers.", ""})
final class StopCommand extends HelpOptions implements Callable<Integer> {
  private static final Duration STOP_TIME = Duration.ofSeconds(30);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ConnectOptions cluster = new ConnectOptions();

  @Override
  public Integer call() throws InterruptedException {
    Optional<RunningDriver> local = cluster.localDriver();
    try (ClusterClient client = cluster.connect()) {
      client.stop();
    }
    if (local.isPresent()) {
      awaitEnd(local.get());
    }
    if (spec != null) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(local.isPresent() ? "Stopped" : "The cluster stops");
      out.flush();
    }
    return 0;
  }

  private static void awaitEnd(RunningDriver driver) throws InterruptedException {
    Optional<ProcessHandle> process = ProcessHandle.of(driver.pid());
    if (process.isEmpty()) {
      return;
    }
    try {
      process.get().onExit().get(STOP_TIME.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new DuckherderException(
          StandardErrorCode.TIMEOUT,
          "The driver (pid %d) was asked to stop and still runs after %d s; see its log, or kill it"
              .formatted(driver.pid(), STOP_TIME.toSeconds()),
          e);
    }
  }
}

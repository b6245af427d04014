package io.duckherder.cluster.cli;

import io.duckherder.cluster.local.LocalResources;
import io.duckherder.cluster.local.LogFiles;
import io.duckherder.cluster.local.ParentPipe;
import io.duckherder.cluster.local.StateDirectory;
import io.duckherder.cluster.local.WorkerNode;
import io.duckherder.cluster.local.WorkerNodeConfig;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.worker.replica.ReplicaConfig.FileSharing;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code worker}: one worker in this process, for a driver here or elsewhere. */
@Command(
    name = "worker",
    description = {"Runs a worker for a driver, on this or another machine.", ""},
    footer = {
      "",
      "Example:",
      "  duckherder-cluster worker --driver grpc://head:8815 --id w1 --host 0.0.0.0 \\",
      "      --port 8816 --advertise node7:8816 --token-file /etc/duckherder/token"
    })
final class WorkerCommand extends HelpOptions implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--driver",
      paramLabel = "URL",
      required = true,
      description = "The driver to join, grpc://host:8815.")
  private String driver = "";

  @Option(
      names = "--id",
      paramLabel = "NAME",
      required = true,
      description = "Name of the worker, unique in the cluster.")
  private String id = "";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Address to bind (default: ${DEFAULT-VALUE}). Another than loopback needs a token.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to bind, 0 for a free one (default: ${DEFAULT-VALUE}).")
  private int port = StartCommand.DEFAULT_PORT + 1;

  @Option(
      names = "--advertise",
      paramLabel = "HOST[:PORT]",
      description = "Where driver and clients reach the worker (default: what it binds).")
  private @Nullable String advertise;

  @Mixin private EngineOptions engine = new EngineOptions();
  @Mixin private ReplicaOptions replicas = new ReplicaOptions();

  @Option(
      names = "--no-shared-files",
      description =
          "Never use files of the driver's, even those that are at the same path here: fetch what is read.")
  private boolean noSharedFiles;

  @Mixin private TokenOption token = new TokenOption();
  @Mixin private StateOption state = new StateOption();

  @Option(names = "--next-free-port", hidden = true)
  private boolean nextFreePort;

  @Option(names = "--child-of-driver", hidden = true)
  private boolean childOfDriver;

  @Override
  public Integer call() throws InterruptedException {
    StateDirectory directory = state.directory();
    directory.create();
    LogFiles.toFile(directory.log(id));
    Optional<ParentPipe> parent = childOfDriver ? Optional.of(new ParentPipe()) : Optional.empty();
    Optional<String> secret = parent.map(ParentPipe::readSecret).or(token::token);
    LocalResources resources = LocalResources.of(1, engine.memoryLimit(), engine.threads());
    WorkerNodeConfig config =
        new WorkerNodeConfig(
            id,
            driver,
            host,
            port,
            nextFreePort,
            Optional.ofNullable(advertise),
            secret.isPresent(),
            secret.or(directory::findSecret).orElseThrow(() -> noSecret(directory)),
            resources,
            engine.allowedPaths(),
            directory.spill(id),
            new WorkerNodeConfig.Replicas(
                replicas.directory(directory),
                replicas.space(),
                noSharedFiles ? FileSharing.NEVER : FileSharing.WHERE_SEEN));
    try (WorkerNode node = WorkerNode.start(config)) {
      Runtime.getRuntime().addShutdownHook(new Thread(node::close, "duckherder-stop"));
      parent.ifPresent(pipe -> pipe.onBroken(node::stopSoon));
      parent.ifPresentOrElse(pipe -> pipe.tellReady(node.address()), () -> greet(node));
      node.awaitStop();
    }
    return 0;
  }

  private void greet(WorkerNode node) {
    if (spec != null) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("Worker %s serves %s at %s; Ctrl-C stops it%n", id, driver, node.address());
      out.flush();
    }
  }

  private static DuckherderException noSecret(StateDirectory directory) {
    return new DuckherderException(
        StandardErrorCode.INVALID_OPTION,
        "A worker needs the cluster's token: give --token-file, or put it into %s (%s holds no secret of a local cluster)"
            .formatted(TokenOption.VARIABLE, directory.root()));
  }
}

package io.duckherder.cluster.cli;

import io.duckherder.cluster.local.Daemon;
import io.duckherder.cluster.local.LocalCluster;
import io.duckherder.cluster.local.LocalClusterConfig;
import io.duckherder.cluster.local.LocalResources;
import io.duckherder.cluster.local.LogFiles;
import io.duckherder.cluster.local.StateDirectory;
import io.duckherder.cluster.managed.ManagedConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code start}: a driver in this process, or in the background, and its local workers. */
@Command(
    name = "start",
    description = {"Starts a cluster: a driver, and worker processes on this machine.", ""},
    footer = {
      "",
      "Example:",
      "  duckherder-cluster start --database sales=/data/sales.duckdb --workers 4"
    })
final class StartCommand extends HelpOptions implements Callable<Integer> {
  static final int DEFAULT_PORT = 8815;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--database",
      paramLabel = "NAME=PATH",
      converter = DatabaseArgument.Converter.class,
      description =
          "DuckDB file to serve, read-only, and its name in SQL; repeatable. The first is the default database, unless there are managed ones.")
  private List<DatabaseArgument> databases = new ArrayList<>();

  @Mixin private ManagedOptions managed = new ManagedOptions();
  @Mixin private ReplicaOptions replicas = new ReplicaOptions();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker processes on this machine (default: ${DEFAULT-VALUE}).")
  private int workers = 2;

  @Mixin private EngineOptions engine = new EngineOptions();
  @Mixin private QueryOptions queries = new QueryOptions();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Address to bind (default: ${DEFAULT-VALUE}). Another than loopback needs a token file.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Port of the driver, 0 for a free one (default: ${DEFAULT-VALUE}); workers take the next free ones.")
  private int port = DEFAULT_PORT;

  @Option(
      names = "--advertise",
      paramLabel = "HOST",
      description = "Host name by which clients reach the workers (default: the bound address).")
  private @Nullable String advertise;

  @Mixin private TokenOption token = new TokenOption();
  @Mixin private StateOption state = new StateOption();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "TOML file with these options as keys; the command line wins.")
  private @Nullable Path config;

  @Option(names = "--daemon", description = "Run in the background; return when it serves.")
  private boolean daemon;

  @Override
  public Integer call() throws Exception {
    if (config != null) {
      return ConfigFile.read(config).rerun(command());
    }
    StateDirectory directory = state.directory();
    ManagedConfig writable = managed.config(replicas.directory(directory), replicas.space());
    Map<String, Path> files = checkedDatabases(writable);
    directory.create();
    PrintWriter out = command().commandLine().getOut();
    if (daemon) {
      List<String> arguments =
          new ArrayList<>(command().commandLine().getParseResult().originalArgs());
      arguments.removeIf(argument -> argument.equals("--daemon"));
      return Daemon.start(DuckherderCluster.class.getName(), arguments, directory, out);
    }
    LogFiles.toFile(directory.log("driver"));
    LocalClusterConfig wanted =
        new LocalClusterConfig(
            host,
            port,
            Optional.ofNullable(advertise),
            files,
            writable,
            token.file(),
            LocalResources.of(workers, engine.memoryLimit(), engine.threads()),
            engine.allowedPaths(),
            queries.config());
    return run(wanted, directory, out);
  }

  private int run(LocalClusterConfig wanted, StateDirectory directory, PrintWriter out)
      throws InterruptedException {
    try (LocalCluster cluster =
        LocalCluster.start(wanted, directory, DuckherderCluster.class.getName())) {
      Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "duckherder-stop"));
      out.printf(
          "Duckherder serves %s at %s with %d local worker%s%n",
          names(wanted), cluster.url(), workers, workers == 1 ? "" : "s");
      out.printf("Logs are in %s; Ctrl-C stops the cluster%n", directory.logs());
      out.flush();
      cluster.awaitStopRequest();
    }
    out.println("Stopped");
    out.flush();
    return 0;
  }

  private static String names(LocalClusterConfig config) {
    return Stream.concat(
            config.managed().databases().keySet().stream(), config.databases().keySet().stream())
        .collect(Collectors.joining(", "));
  }

  private Map<String, Path> checkedDatabases(ManagedConfig writable) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (DatabaseArgument database : databases) {
      if (writable.databases().containsKey(database.name())
          || files.putIfAbsent(database.name(), database.file()) != null) {
        throw usage(
            "Two databases are named \"%s\"; give each its own name".formatted(database.name()));
      }
    }
    if (files.isEmpty() && writable.databases().isEmpty()) {
      throw usage(
          "No database to serve; give at least one --database NAME=PATH or --managed NAME=PATH");
    }
    if (workers < 0) {
      throw usage(
          "Invalid option \"--workers\": %d (expected a whole number from 0)".formatted(workers));
    }
    if (port < 0 || port > 65_535) {
      throw usage("Invalid option \"--port\": %d (expected 0 to 65535)".formatted(port));
    }
    return files;
  }

  private ParameterException usage(String message) {
    return new ParameterException(command().commandLine(), message);
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the command");
    }
    return spec;
  }
}

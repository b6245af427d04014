package io.duckherder.cluster.cli;

import io.duckherder.cluster.managed.ManagedConfig;
import io.duckherder.cluster.managed.ManagedConfig.RetentionConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of databases that the cluster writes. */
final class ManagedOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--managed",
      paramLabel = "NAME=PATH",
      converter = DatabaseArgument.Converter.class,
      description =
          "DuckDB file that the cluster writes, made if it is not there, and its name in SQL; repeatable. Its snapshots are kept in PATH.snapshots. The first is the default database.")
  private List<DatabaseArgument> databases = new ArrayList<>();

  @Option(
      names = "--storage-version",
      paramLabel = "VERSION",
      description =
          "The oldest DuckDB that is to read a managed file that is made now (default: ${DEFAULT-VALUE}).")
  private String storageVersion = "v1.5.0";

  @Option(
      names = "--seal-interval",
      paramLabel = "SECONDS",
      description =
          "Most time until a commit is in a snapshot, if no read asks for one before (default: ${DEFAULT-VALUE}).")
  private int sealInterval = 10;

  @Option(
      names = "--wal-limit",
      paramLabel = "MIB",
      description =
          "MiB of write-ahead log that a managed database does not exceed under load; checkpoints begin at half of it (default: ${DEFAULT-VALUE}).")
  private int walLimit = 64;

  @Option(
      names = "--write-timeout",
      paramLabel = "SECONDS",
      description =
          "Most time that a transaction waits to begin while a checkpoint is due (default: ${DEFAULT-VALUE}).")
  private int patience = 10;

  @Option(
      names = "--transaction-limit",
      paramLabel = "SECONDS",
      description =
          "Age from which an open transaction is named in the status (default: ${DEFAULT-VALUE}).")
  private int transactionLimit = 600;

  @Option(
      names = "--end-old-transactions",
      description = "Roll such transactions back, and stop the statement that runs in them.")
  private boolean endOldTransactions;

  @Option(
      names = "--keep-snapshots",
      paramLabel = "N",
      description = "Newest snapshots to keep at least (default: ${DEFAULT-VALUE}).")
  private int keepCount = 10;

  @Option(
      names = "--keep-snapshots-for",
      paramLabel = "SECONDS",
      description = "How long to keep a snapshot at least (default: ${DEFAULT-VALUE}).")
  private int keepSeconds = 3600;

  /**
   * What was asked for.
   *
   * @param replicas folder for replicas
   * @param replicaSpace most disk that they take
   */
  ManagedConfig config(Path replicas, OptionalLong replicaSpace) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (DatabaseArgument database : databases) {
      if (files.putIfAbsent(database.name(), database.file()) != null) {
        throw invalid(
            "Two databases are named \"%s\"; give each its own name".formatted(database.name()));
      }
    }
    return new ManagedConfig(
        files,
        storageVersion,
        seconds("--seal-interval", sealInterval),
        (long) positive("--wal-limit", walLimit) << 20,
        seconds("--write-timeout", patience),
        seconds("--transaction-limit", transactionLimit),
        endOldTransactions,
        new RetentionConfig(
            seconds("--keep-snapshots-for", keepSeconds), positive("--keep-snapshots", keepCount)),
        replicas,
        replicaSpace);
  }

  private Duration seconds(String option, int value) {
    return Duration.ofSeconds(positive(option, value));
  }

  private int positive(String option, int value) {
    if (value < 1) {
      throw invalid(
          "Invalid option \"%s\": %d (expected a whole number from 1)".formatted(option, value));
    }
    return value;
  }

  private ParameterException invalid(String message) {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the command");
    }
    return new ParameterException(spec.commandLine(), message);
  }
}

package io.duckherder.cluster.cli;

import io.duckherder.cluster.sql.QueryConfig;
import io.duckherder.error.DuckherderException;
import io.duckherder.session.ExecutionSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how the driver treats SQL queries. */
final class QueryOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  private ExecutionSettings settings = ExecutionSettings.DEFAULT;
  private QueryConfig config = QueryConfig.DEFAULT;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "What a duckherder_... setting is until a session sets it, like duckherder_execution=single; repeatable.")
  private void set(String setting) {
    int equals = setting.indexOf('=');
    if (equals < 1) {
      throw invalid("Invalid option \"--set\": \"%s\" (expected NAME=VALUE)".formatted(setting));
    }
    try {
      settings = settings.with(setting.substring(0, equals), setting.substring(equals + 1));
    } catch (DuckherderException e) {
      throw invalid("Invalid option \"--set\": " + e.text());
    }
  }

  @Option(
      names = "--max-queries",
      paramLabel = "N",
      description =
          "Queries that run at once, others wait; as many small ones besides (default: 4 for each thread of the workers, at least 8).")
  private void maxQueries(int count) {
    config = config.withMaxQueries(positive("--max-queries", count));
  }

  @Option(
      names = "--queue-timeout",
      paramLabel = "SECONDS",
      description = "Most time that a query waits for others to end (default: 300).")
  private void queueTimeout(int seconds) {
    config = config.withQueueTimeout(Duration.ofSeconds(positive("--queue-timeout", seconds)));
  }

  @Option(
      names = "--query-history",
      paramLabel = "N",
      description = "Queries that are remembered after their end (default: 1000).")
  private void history(int count) {
    config = config.withHistory(positive("--query-history", count));
  }

  QueryConfig config() {
    return config.withSettings(settings);
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

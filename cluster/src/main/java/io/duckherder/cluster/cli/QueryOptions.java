package io.duckherder.cluster.cli;

import io.duckherder.cluster.sql.QueryConfig;
import io.duckherder.error.DuckherderException;
import io.duckherder.session.ExecutionSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how the driver treats SQL queries. */
final class QueryOptions {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,6})([KMG])iB", Pattern.CASE_INSENSITIVE);

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

  @Option(
      names = "--result-cache-size",
      paramLabel = "SIZE",
      description =
          "Memory for answers that sessions with duckherder_result_cache keep, an eighth of it for one at most (default: 64MiB).")
  private void cacheSize(String size) {
    long bytes = bytes(size.strip());
    config = config.withCache(bytes, bytes / 8);
  }

  private long bytes(String size) {
    Matcher parts = SIZE.matcher(size);
    if (!parts.matches()) {
      throw invalid(
          "Invalid option \"--result-cache-size\": %s (expected a size like 64MiB or 1GiB)"
              .formatted(size));
    }
    int shift =
        switch (parts.group(2).toUpperCase(Locale.ROOT)) {
          case "K" -> 10;
          case "M" -> 20;
          default -> 30;
        };
    return Long.parseLong(parts.group(1)) << shift;
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

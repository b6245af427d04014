package io.duckherder.cluster.cli;

import io.duckherder.cluster.sql.QueryConfig;
import io.duckherder.error.DuckherderException;
import io.duckherder.session.ExecutionSettings;
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

  QueryConfig config() {
    return QueryConfig.DEFAULT.withSettings(settings);
  }

  private ParameterException invalid(String message) {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the command");
    }
    return new ParameterException(spec.commandLine(), message);
  }
}

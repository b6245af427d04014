package io.duckherder.cluster.cli;

import io.duckherder.cluster.local.StateDirectory;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where replicas of snapshots are, and how much disk they take. */
final class ReplicaOptions {
  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?) ?(?:([KMGT])(i?))?B", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "KMGT";
  private static final int BINARY = 1024;
  private static final int DECIMAL = 1000;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--replicas",
      paramLabel = "DIR",
      description =
          "Folder for replicas of snapshots; processes of one machine may share it (default: replicas in the state directory).")
  private @Nullable Path directory;

  private OptionalLong space = OptionalLong.empty();

  @Option(
      names = "--replica-space",
      paramLabel = "SIZE",
      description = "Most disk that all replicas take, like 50GiB (default: no limit).")
  private void space(String size) {
    Matcher parts = SIZE.matcher(size.strip());
    if (!parts.matches()) {
      if (spec == null) {
        throw new IllegalStateException("picocli sets the command");
      }
      throw new ParameterException(
          spec.commandLine(),
          "Invalid option \"--replica-space\": %s (expected a size like 512MiB or 50GiB)"
              .formatted(size));
    }
    space = OptionalLong.of(bytes(parts));
  }

  private static long bytes(Matcher parts) {
    BigDecimal number = new BigDecimal(parts.group(1));
    if (parts.group(2) == null) {
      return number.longValue();
    }
    int power = UNITS.indexOf(parts.group(2).toUpperCase(Locale.ROOT)) + 1;
    BigDecimal unit = BigDecimal.valueOf(parts.group(3).isEmpty() ? DECIMAL : BINARY);
    return number.multiply(unit.pow(power)).longValue();
  }

  Path directory(StateDirectory state) {
    return directory == null ? state.replicas() : directory.toAbsolutePath();
  }

  OptionalLong space() {
    return space;
  }
}

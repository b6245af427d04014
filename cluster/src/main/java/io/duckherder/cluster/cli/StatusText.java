package io.duckherder.cluster.cli;

import io.duckherder.cluster.driver.DriverStatus;
import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.SealedVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A driver's status as people read it. */
final class StatusText {
  private static final double MEGABYTE = 1e6;

  private StatusText() {}

  static String of(DriverStatus status) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Duckherder %s, up %s, %d sessions"
            .formatted(
                status.version(),
                time(Duration.ofSeconds(status.uptimeSeconds())),
                status.sessions()));
    lines.add("");
    lines.add("Databases");
    status
        .databases()
        .forEach(
            (name, version) ->
                lines.add(String.format(Locale.ROOT, "  %-12s %s", name, description(version))));
    lines.add("");
    lines.add("Workers");
    status
        .workers()
        .forEach(
            worker ->
                lines.add(
                    "  %-12s %s, %d threads, %s, %d fragments running"
                        .formatted(
                            worker.id(),
                            worker.address(),
                            worker.threads(),
                            worker.state(),
                            worker.running())));
    if (status.workers().isEmpty()) {
      lines.add("  none; start one with `duckherder-cluster worker`");
    }
    if (!status.transactions().isEmpty()) {
      lines.add("");
      lines.add("Transactions");
      status
          .transactions()
          .forEach(
              open ->
                  lines.add(
                      "  %s open for %s%s"
                          .formatted(
                              open.owner(),
                              time(Duration.ofMillis(open.openMillis())),
                              open.old() ? ", longer than it should be" : "")));
    }
    if (!status.queries().isEmpty()) {
      lines.add("");
      lines.add("Queries");
      status
          .queries()
          .forEach(
              query ->
                  lines.add(
                      "  %s %s for %s on %s"
                          .formatted(
                              query.id(),
                              query.state(),
                              time(Duration.ofMillis(query.millis())),
                              query.where())));
    }
    return String.join("\n", lines);
  }

  private static String time(Duration time) {
    if (time.toMinutes() == 0) {
      return time.toSeconds() + " s";
    }
    return time.toHours() == 0
        ? "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart())
        : "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
  }

  private static String description(DatabaseVersion version) {
    return version instanceof FileIdentity file
        ? String.format(Locale.ROOT, "%s (%,.1f MB)", file.path(), file.size() / MEGABYTE)
        : "managed, snapshot " + ((SealedVersion) version).number();
  }
}

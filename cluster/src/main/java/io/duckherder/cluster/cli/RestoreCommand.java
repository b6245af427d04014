package io.duckherder.cluster.cli;

import io.duckherder.cluster.managed.LostDatabase;
import io.duckherder.cluster.managed.LostDatabase.Restored;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code restore}: makes the live file of a database anew of a snapshot. */
@Command(
    name = "restore",
    description = {
      "Makes the file of a managed database anew, of a snapshot that is kept in PATH.snapshots, while"
          + " no cluster has the database open. Commits that the snapshot does not hold are lost.",
      ""
    })
final class RestoreCommand extends HelpOptions implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--managed",
      paramLabel = "NAME=PATH",
      required = true,
      converter = DatabaseArgument.Converter.class,
      description = "The database and its file, as start names them.")
  private @Nullable DatabaseArgument database;

  @Option(
      names = "--snapshot",
      paramLabel = "N",
      description = "The number of the snapshot (default: the newest).")
  private @Nullable Long snapshot;

  @Option(
      names = "--force",
      description = "If the file is there, move it aside. It is never deleted.")
  private boolean force;

  @Override
  public Integer call() {
    if (spec == null || database == null) {
      throw new IllegalStateException("picocli sets the command and what is required");
    }
    Restored restored =
        new LostDatabase(database.file(), Clock.systemUTC())
            .restore(snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot), force);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Database \"%s\" in %s is snapshot %d of %s%n",
        database.name(), database.file(), restored.snapshot().number(), restored.snapshot().time());
    out.printf("Commits after %s are not in it%n", restored.snapshot().time());
    if (restored.newest().number() > restored.snapshot().number()) {
      out.printf(
          "Later snapshots are kept, the newest one number %d of %s%n",
          restored.newest().number(), restored.newest().time());
    }
    for (Path path : restored.aside()) {
      out.printf("What was in its place is now %s%n", path);
    }
    out.flush();
    return 0;
  }
}

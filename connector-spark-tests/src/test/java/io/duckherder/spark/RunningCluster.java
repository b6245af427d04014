package io.duckherder.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A cluster of real processes: a driver and its workers on free ports of the loopback. */
public final class RunningCluster implements AutoCloseable {
  private static final Pattern SERVES = Pattern.compile("at (grpc://\\S+) with");

  private final Process process;
  private final String url;

  private RunningCluster(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** One that serves files. */
  public static RunningCluster start(Path state, int workers, Map<String, DuckDBFile> databases)
      throws IOException {
    return start(state, workers, "--database", databases);
  }

  /** One that writes files. */
  public static RunningCluster startManaged(Path state, int workers, Map<String, Path> databases)
      throws IOException {
    return start(state, workers, "--managed", databases);
  }

  private static RunningCluster start(
      Path state, int workers, String option, Map<String, ?> databases) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "start",
                "--port",
                "0",
                "--workers",
                String.valueOf(workers),
                "--state-dir",
                state.toString()));
    databases.forEach((name, file) -> arguments.addAll(List.of(option, name + "=" + file)));
    Process process =
        new ProcessBuilder(
                ChildJvm.command(
                    ChildJvm.classPath("cluster"),
                    "io.duckherder.cluster.cli.DuckherderCluster",
                    arguments))
            .redirectErrorStream(true)
            .start();
    StringBuilder output = new StringBuilder();
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      output.append(line).append('\n');
      Matcher serves = SERVES.matcher(line);
      if (serves.find()) {
        return new RunningCluster(process, serves.group(1));
      }
    }
    throw new IllegalStateException("The cluster did not start: " + output);
  }

  public String url() {
    return url;
  }

  /** Runs statements in one session, and fails if one does. */
  void sql(Path folder, String... statements) throws IOException, InterruptedException {
    Path script = Files.createTempFile(folder, "script", ".sql");
    Files.writeString(script, String.join(";\n", statements) + ";\n");
    ChildJvm.Result result =
        ChildJvm.run(
            ChildJvm.command(
                ChildJvm.classPath("cluster"),
                "io.duckherder.cluster.cli.DuckherderCluster",
                List.of("sql", "--url", url, "--file", script.toString())),
            folder);
    assertThat(result.status()).as(result.output()).isZero();
  }

  /** The worker processes that run. */
  List<ProcessHandle> workers() {
    return process.children().filter(ProcessHandle::isAlive).toList();
  }

  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
